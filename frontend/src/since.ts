// Counts the seconds since a moment: all counters of a page share one timer.

const counters = new Set<Since>();
let timer: number | undefined;

const two = (value: number): string => String(value).padStart(2, "0");

export const duration = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
};

const tick = (): void => {
  const now = Date.now();
  for (const counter of counters) counter.show(now);
};

export class Since extends HTMLElement {
  private moment = 0;

  /** Milliseconds since the epoch, by this browser's clock. */
  set since(moment: number) {
    // The server's clock is known a little better with each message.
    if (Math.abs(moment - this.moment) < 1000) return;
    this.moment = moment;
    this.show(Date.now());
  }

  connectedCallback(): void {
    this.role = "timer";
    counters.add(this);
    timer ??= window.setInterval(tick, 1000);
    this.show(Date.now());
  }

  disconnectedCallback(): void {
    counters.delete(this);
    if (!counters.size) {
      clearInterval(timer);
      timer = undefined;
    }
  }

  show(now: number): void {
    const shown = duration((now - this.moment) / 1000);
    if (this.textContent !== shown) this.textContent = shown;
  }
}
