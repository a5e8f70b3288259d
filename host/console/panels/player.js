// The stream itself: fragmented MP4 over a WebSocket into Media Source Extensions.
// Kept close to live: a little too late plays faster, much too late jumps.

const TARGET = 0.8; // seconds behind the newest picture: four fragments
const FASTER_ABOVE = 1.4; // seconds behind; from here on 8 % faster until TARGET
const JUMP_ABOVE = 3.0; // seconds behind
const STALE = 4; // seconds without anything new, then the picture is no longer called live
const KEPT = 10; // seconds of the past in the buffer
const RETRY = [300, 600, 1200, 2500]; // milliseconds between tries to connect
const SOUND = "livehost.sound"; // sessionStorage: the operator wants sound

const Source = window.ManagedMediaSource || window.MediaSource;

export default {
  template: `
    <div class="player" :class="{ wide }" :style="{ aspectRatio: ratio }">
      <video ref="video" playsinline disableremoteplayback :aria-label="words.label"></video>
      <div v-if="!playing" class="player-cover"><span>{{ notice }}</span></div>
      <div class="player-bar">
        <button type="button" class="player-sound" :aria-pressed="String(!muted)" @click="toggleSound">
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 9v6h4l5 4V5L8 9z"/><path
            v-if="muted" class="stroke" d="M16 9l6 6m0-6l-6 6"/><path
            v-else class="stroke" d="M16.5 8.5a5 5 0 010 7M19 6a8.5 8.5 0 010 12"/></svg>
          <span>{{ muted ? words.soundOn : words.soundOff }}</span>
        </button>
        <span v-if="playing" class="player-delay">{{ words.delay.replace("{0}", delay) }}</span>
      </div>
    </div>`,
  props: { path: String, words: Object },
  data() {
    return { ratio: "9 / 16", wide: false, playing: false, muted: true, delay: "–", notice: this.words.waiting };
  },
  mounted() {
    this.tries = 0;
    this.queue = [];
    if (!Source) {
      this.notice = this.words.unsupported;
      return;
    }
    this.$refs.video.muted = true;
    this.$refs.video.addEventListener("error", () => this.restart());
    this.timer = setInterval(() => this.keepUp(), 250);
    this.connect();
  },
  unmounted() {
    this.gone = true;
    clearInterval(this.timer);
    clearTimeout(this.later);
    this.socket?.close();
    this.forget();
  },
  methods: {
    connect() {
      const scheme = location.protocol === "https:" ? "wss://" : "ws://";
      const socket = new WebSocket(scheme + location.host + this.path);
      this.socket = socket;
      socket.binaryType = "arraybuffer";
      socket.onmessage = (event) => {
        if (socket !== this.socket) return;
        if (typeof event.data === "string") this.begin(JSON.parse(event.data));
        else this.take(event.data);
      };
      socket.onclose = (event) => {
        if (socket !== this.socket || this.gone) return;
        this.notice = event.code === 4003 ? this.words.full : this.words.waiting;
        const wait = RETRY[Math.min(this.tries++, RETRY.length - 1)];
        this.later = setTimeout(() => this.connect(), wait);
      };
    },
    restart() {
      this.forget();
      this.socket?.close();
    },
    // A header: the stream begins anew (first connection, or onair was restarted).
    begin(head) {
      this.forget();
      if (!Source.isTypeSupported(head.mime)) {
        this.notice = this.words.unsupported;
        return;
      }
      this.ratio = `${head.width} / ${head.height}`;
      this.wide = head.width > head.height;
      const source = new Source();
      this.source = source;
      this.url = URL.createObjectURL(source);
      this.$refs.video.src = this.url;
      source.addEventListener("sourceopen", () => {
        if (source !== this.source) return;
        this.buffer = source.addSourceBuffer(head.mime);
        this.buffer.addEventListener("updateend", () => this.pump());
        this.pump();
      });
    },
    forget() {
      this.queue = [];
      this.buffer = this.source = null;
      this.playing = false;
      if (this.url) URL.revokeObjectURL(this.url);
      this.url = null;
    },
    take(data) {
      this.tries = 0;
      this.newest = performance.now();
      this.queue.push(data);
      this.pump();
    },
    pump() {
      const buffer = this.buffer;
      if (!buffer || buffer.updating || this.source.readyState !== "open") return;
      const video = this.$refs.video;
      try {
        const buffered = buffer.buffered;
        if (buffered.length && video.currentTime - buffered.start(0) > 2 * KEPT) {
          buffer.remove(0, video.currentTime - KEPT);
        } else if (this.queue.length) {
          buffer.appendBuffer(this.queue[0]);
          this.queue.shift(); // only when it was taken: a full buffer throws
        }
      } catch (error) {
        if (error.name === "QuotaExceededError" && video.currentTime > 1) {
          buffer.remove(0, video.currentTime - 0.5);
        } else {
          this.restart();
        }
      }
      this.keepUp();
    },
    keepUp() {
      const video = this.$refs.video;
      const ranges = this.buffer?.buffered;
      if (!ranges?.length) return;
      const last = ranges.length - 1;
      const end = ranges.end(last);
      const behind = end - video.currentTime;
      // Before the last range lies a gap that nothing will fill.
      if (video.currentTime < ranges.start(last) || behind > JUMP_ABOVE || behind < 0) {
        video.currentTime = Math.max(ranges.start(last), end - TARGET);
      } else if (behind > FASTER_ABOVE) {
        video.playbackRate = 1.08;
      } else if (behind < TARGET) {
        video.playbackRate = 1;
      }
      if (video.paused) this.play();
      const silent = (performance.now() - this.newest) / 1000;
      this.playing = video.readyState >= 2 && silent < STALE;
      this.delay = Math.max(0, behind + silent).toFixed(1);
    },
    // Browsers start sound only after a click in the page; then it stays on over reloads.
    async play() {
      if (this.starting) return;
      this.starting = true;
      const video = this.$refs.video;
      try {
        if (sessionStorage.getItem(SOUND) && !this.refused) video.muted = false;
        await video.play();
      } catch (error) {
        if (error.name === "NotAllowedError") this.refused = video.muted = true;
      }
      this.muted = video.muted;
      this.starting = false;
    },
    toggleSound() {
      const video = this.$refs.video;
      video.muted = !video.muted;
      this.muted = video.muted;
      if (video.muted) sessionStorage.removeItem(SOUND);
      else sessionStorage.setItem(SOUND, "on");
    },
  },
};
