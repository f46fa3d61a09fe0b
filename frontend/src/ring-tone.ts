// A ring tone that is made here, as no file of it has to be loaded.

const PERIOD = 3000;
/** Seconds from the beginning of a period at which each stroke begins. */
const STROKES = [0, 0.18, 0.36, 0.9, 1.08, 1.26];
const PITCHES = [784, 988];
const LOUDNESS = 0.12;

export class RingTone {
  private context?: AudioContext;
  private timer?: number;
  private isWaiting = false;

  constructor() {
    // A browser plays nothing before its user has touched the page once.
    for (const event of ["pointerdown", "keydown"]) {
      window.addEventListener(event, this.unlock, { capture: true });
    }
  }

  start(): void {
    if (this.timer) return;
    this.timer = window.setInterval(() => this.play(), PERIOD);
    this.play();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    // What was begun is cut off; the next call gets a new one.
    this.context?.close().catch(() => undefined);
    this.context = undefined;
  }

  destroy(): void {
    this.stop();
    for (const event of ["pointerdown", "keydown"]) {
      window.removeEventListener(event, this.unlock, { capture: true });
    }
  }

  private unlock = (): void => {
    this.context?.resume().catch(() => undefined);
  };

  private play(): void {
    const context = (this.context ??= new AudioContext());
    if (context.state === "running") {
      stroke(context);
    } else if (!this.isWaiting) {
      this.isWaiting = true;
      context
        .resume()
        .then(() => context === this.context && stroke(context))
        .catch(() => undefined)
        .finally(() => {
          this.isWaiting = false;
        });
    }
  }
}

const stroke = (context: AudioContext): void => {
  STROKES.forEach((after, index) => {
    const start = context.currentTime + after;
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.type = "triangle";
    oscillator.frequency.value = PITCHES[index % PITCHES.length]!;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(LOUDNESS, start + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.001, start + 0.35);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(start + 0.4);
  });
};
