// Follows a PBX: one subscription for all of the page that shows it, no polling.
import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Call, Connection, Extension, FeedMessage, Pbx } from "./types";

const FIRST_RETRY = 1000;
const LAST_RETRY = 30_000;
const PARTS = ["calls", "extensions", "log"];

type Listener = (message: FeedMessage) => void;

const feeds = new WeakMap<Connection, Map<string, Feed>>();

export class Feed {
  pbx?: Pbx;
  extensions = new Map<string, Extension>();
  calls = new Map<string, Call>();
  missed = 0;
  /** Whether the PBX answers Home Assistant. */
  available = true;
  /** Whether Home Assistant answers this page. */
  isConnected = true;
  /** Undefined until the first message. */
  loaded?: boolean;
  /** Why there is no subscription. */
  error?: string;

  private listeners = new Set<Listener>();
  private unsubscribe?: () => Promise<void>;
  private attempt = 0;
  private retryIn = FIRST_RETRY;
  private retryTimer?: number;
  private offset = 0;

  /** Return what follows the PBX of an entry, or the only one there is. */
  static of(connection: Connection, entryId = ""): Feed {
    let known = feeds.get(connection);
    if (!known) feeds.set(connection, (known = new Map()));
    let feed = known.get(entryId);
    if (!feed) known.set(entryId, (feed = new Feed(connection, entryId)));
    return feed;
  }

  constructor(
    private connection?: Connection,
    private entryId = "",
  ) {}

  /** Whether what is shown is what there is now, so that something can be done with it. */
  get isLive(): boolean {
    return this.isConnected && this.available && !!this.loaded && !this.error;
  }

  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.start();
    else if (this.loaded) listener({ whole: true });
    return () => {
      this.listeners.delete(listener);
      if (!this.listeners.size) this.stop();
    };
  }

  /** Turn a time of the server, in epoch seconds or ISO 8601, into one of this browser. */
  local(time: number | string): number {
    return (typeof time === "string" ? Date.parse(time) : time * 1000) - this.offset;
  }

  private start(): void {
    const { connection } = this;
    if (!connection) return;
    connection.addEventListener("ready", this.restart);
    connection.addEventListener("disconnected", this.lost);
    this.isConnected = connection.connected ?? true;
    this.subscribe();
  }

  private stop(): void {
    this.connection?.removeEventListener("ready", this.restart);
    this.connection?.removeEventListener("disconnected", this.lost);
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
    this.isConnected = false;
    this.tell({});
  };

  private subscribe = async (): Promise<void> => {
    clearTimeout(this.retryTimer);
    this.attempt += 1;
    const attempt = this.attempt;
    try {
      const unsubscribe = await this.connection!.subscribeMessage<FeedMessage>(
        (message) => attempt === this.attempt && this.apply(message),
        {
          type: "yeastar/subscribe_calls",
          parts: PARTS,
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
      const code = (err as { code?: string | number } | undefined)?.code;
      // A number is the frontend's own: then there was no answer.
      this.isConnected = typeof code === "string";
      this.error = String(code);
      this.tell({});
      this.retryTimer = window.setTimeout(this.subscribe, this.retryIn);
      this.retryIn = Math.min(2 * this.retryIn, LAST_RETRY);
    }
  };

  private apply(message: FeedMessage): void {
    this.error = undefined;
    this.isConnected = true;
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
    this.tell(message);
  }

  private tell(message: FeedMessage): void {
    for (const listener of this.listeners) listener(message);
  }
}

/** Lets an element follow a PBX while it is on the page. */
export class Follower implements ReactiveController {
  feed = new Feed();
  private leave?: () => void;

  /** `told` returns false if nothing that the element shows is in a message. */
  constructor(
    private host: ReactiveControllerHost & { isConnected: boolean },
    private told: (message: FeedMessage) => boolean,
  ) {
    host.addController(this);
  }

  follow(connection: Connection, entryId: string | undefined): void {
    const feed = Feed.of(connection, entryId);
    if (feed === this.feed) return;
    this.hostDisconnected();
    this.feed = feed;
    if (this.host.isConnected) this.hostConnected();
  }

  hostConnected(): void {
    this.leave ??= this.feed.listen((message) => {
      if (this.told(message)) this.host.requestUpdate();
    });
  }

  hostDisconnected(): void {
    this.leave?.();
    this.leave = undefined;
  }
}
