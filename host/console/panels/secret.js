// A field for a stream key: what is written in it goes to the server once, and stays nowhere.

export default {
  template: `
    <div class="secret">
      <input ref="input" type="password" class="secret-input" :aria-label="label" :placeholder="label"
        :disabled="busy" maxlength="2000" autocomplete="one-time-code" autocapitalize="off"
        spellcheck="false" @keydown.enter="send">
      <button type="button" class="plain secret-send" :disabled="busy" @click="send">{{ button }}</button>
    </div>`,
  props: { label: String, button: String, busy: Boolean },
  mounted() {
    this.$refs.input.focus();
  },
  beforeUnmount() {
    this.$refs.input.value = "";
  },
  methods: {
    send() {
      const value = this.$refs.input.value.trim();
      this.$refs.input.value = "";
      if (value) this.$emit("secret", value);
    },
  },
};
