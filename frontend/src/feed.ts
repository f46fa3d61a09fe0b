// Follows one PBX: one subscription, no polling.
import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Call, Extension, FeedMessage, HomeAssistant, Pbx } from "./types";

const FIRST_RETRY = 1000;
const LAST_RETRY = 30_000;

export type Part = "calls" | "extensions" | "log";

interface Host extends ReactiveControllerHost {
  isConnected: boolean;
}

export class Feed implements ReactiveController {
  pbx?: Pbx;
  extensions = new Map<string, Extension>();
  calls = new Map<string, Call>();
  missed = 0;
  available = true;
  /** Undefined until the first message. */
  loaded?: boolean;
  /** Why there is no subscription. */
  error?: string;

  private hass?: HomeAssistant;
  private entryId?: string;
  private unsubscribe?: () => Promise<void>;
  private attempt = 0;
  private retryIn = FIRST_RETRY;
  private retryTimer?: number;
  private offset = 0;

  constructor(
    private host: Host,
    private parts: Part[],
    private told?: (message: FeedMessage) => void,
  ) {
    host.addController(this);
  }

  /** Follow the PBX of an entry, or the only one there is. */
  follow(hass: HomeAssistant, entryId: string | undefined): void {
    const isOther = this.hass?.connection !== hass.connection || this.entryId !== entryId;
    if (isOther) this.stop();
    this.hass = hass;
    this.entryId = entryId;
    if (isOther && this.host.isConnected) this.start();
  }

  hostConnected(): void {
    if (this.hass) this.start();
  }

  hostDisconnected(): void {
    this.stop();
  }

  /** Turn a time of the server, in epoch seconds or ISO 8601, into one of this browser. */
  local(time: number | string): number {
    return (typeof time === "string" ? Date.parse(time) : time * 1000) - this.offset;
  }

  private start(): void {
    const connection = this.hass?.connection;
    connection?.addEventListener("ready", this.restart);
    connection?.addEventListener("disconnected", this.lost);
    this.subscribe();
  }

  private stop(): void {
    const connection = this.hass?.connection;
    connection?.removeEventListener("ready", this.restart);
    connection?.removeEventListener("disconnected", this.lost);
    this.attempt += 1;
    clearTimeout(this.retryTimer);
    this.unsubscribe?.().catch(() => undefined);
    this.unsubscribe = undefined;
  }

  private restart = (): void => {
    this.retryIn = FIRST_RETRY;
    this.subscribe();
  };

  private lost = (): void => {
    // What was subscribed is gone with the connection.
    this.unsubscribe = undefined;
    this.available = false;
    this.host.requestUpdate();
  };

  private subscribe = async (): Promise<void> => {
    clearTimeout(this.retryTimer);
    this.attempt += 1;
    const attempt = this.attempt;
    try {
      const unsubscribe = await this.hass!.connection.subscribeMessage<FeedMessage>(
        (message) => attempt === this.attempt && this.apply(message),
        {
          type: "yeastar/subscribe_calls",
          parts: this.parts,
          ...(this.entryId ? { config_entry_id: this.entryId } : {}),
        },
        // Home Assistant may be connected long before the integration is loaded again.
        { resubscribe: false },
      );
      if (attempt !== this.attempt) {
        unsubscribe().catch(() => undefined);
        return;
      }
      this.unsubscribe = unsubscribe;
      this.retryIn = FIRST_RETRY;
    } catch (err) {
      if (attempt !== this.attempt) return;
      this.error = (err as { code?: string } | undefined)?.code ?? "unknown";
      this.host.requestUpdate();
      this.retryTimer = window.setTimeout(this.subscribe, this.retryIn);
      this.retryIn = Math.min(2 * this.retryIn, LAST_RETRY);
    }
  };

  private apply(message: FeedMessage): void {
    this.error = undefined;
    if (message.whole) {
      this.extensions.clear();
      this.calls.clear();
    }
    if (message.now !== undefined) this.offset = message.now * 1000 - Date.now();
    this.loaded = message.loaded ?? this.loaded;
    this.available = message.available ?? this.available;
    this.pbx = message.pbx ?? this.pbx;
    this.missed = message.missed ?? this.missed;
    for (const row of message.extensions ?? []) this.extensions.set(row.number, row);
    for (const number of message.extensions_gone ?? []) this.extensions.delete(number);
    for (const row of message.calls ?? []) this.calls.set(row.call_id, row);
    for (const callId of message.calls_gone ?? []) this.calls.delete(callId);
    this.told?.(message);
    this.host.requestUpdate();
  }
}

