// Counts on in the browser, so that the server need not say the time every second.

export default {
  template: `<span class="uptime"><span class="uptime-label">{{ label }}</span> {{ text }}</span>`,
  props: { elapsed: Number, label: String },
  data() {
    return { text: "" };
  },
  mounted() {
    this.anchor();
    this.timer = setInterval(() => this.write(), 1000);
  },
  unmounted() {
    clearInterval(this.timer);
  },
  watch: {
    elapsed() {
      this.anchor();
    },
  },
  methods: {
    anchor() {
      this.zero = performance.now() / 1000 - this.elapsed;
      this.write();
    },
    write() {
      const seconds = Math.max(0, Math.floor(performance.now() / 1000 - this.zero));
      const two = (number) => String(Math.floor(number) % 60).padStart(2, "0");
      this.text = `${Math.floor(seconds / 3600)}:${two(seconds / 60)}:${two(seconds)}`;
    },
  },
};
