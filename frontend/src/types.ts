// What the cards use of Home Assistant's `hass`, and what the integration tells them.

export type Localize = (key: string, values?: Record<string, string | number>) => string;

export interface Connection {
  connected?: boolean;
  subscribeMessage<T>(
    callback: (message: T) => void,
    message: Record<string, unknown>,
    options?: { resubscribe?: boolean },
  ): Promise<() => Promise<void>>;
  addEventListener(event: "ready" | "disconnected", callback: () => void): void;
  removeEventListener(event: "ready" | "disconnected", callback: () => void): void;
}

export interface HomeAssistant {
  connection: Connection;
  language: string;
  localize: Localize;
  loadBackendTranslation(category: string, integration: string): Promise<Localize>;
  locale: { language: string; time_format: string; time_zone: string };
  config: { time_zone: string; components: string[]; state: string };
  states: Record<string, { state: string } | undefined>;
  entities: Record<string, Entity | undefined>;
  devices: Record<string, Device | undefined>;
  callService(
    domain: string,
    service: string,
    data?: Record<string, unknown>,
    target?: Record<string, unknown>,
    notifyOnError?: boolean,
    returnResponse?: boolean,
  ): Promise<{ response?: Record<string, unknown> } | undefined>;
  callWS<T>(message: Record<string, unknown>): Promise<T>;
}

export interface Entity {
  entity_id: string;
  platform?: string;
  device_id?: string;
  translation_key?: string;
}

export interface Device {
  name: string | null;
  name_by_user: string | null;
  config_entries: string[];
}

export type ExtensionState =
  | "idle"
  | "ringing"
  | "in_call"
  | "on_hold"
  | "unregistered"
  | "malfunction"
  | "no_port";

export interface Extension {
  number: string;
  name: string;
  state: ExtensionState | null;
  party: string | null;
  missed: number;
  presence: string | null;
  unread: number;
  control: boolean;
  device_id: string | null;
  entity_id: string | null;
  do_not_disturb_entity_id: string | null;
}

export type Direction = "inbound" | "outbound" | "internal" | "callback";

export interface Call {
  call_id: string;
  direction: Direction;
  from: string;
  to: string;
  from_name: string | null;
  to_name: string | null;
  caller_id: string | null;
  trunk: string | null;
  /** The queue that it came through, if any. */
  queue_name?: string;
  extensions: string[];
  status: "ringing" | "waiting" | "talking" | "on_hold" | null;
  started: string;
  answered: string | null;
  answered_by: string | null;
  /** The extension whose phone has to be picked up before the other side is called. */
  pick_up: string | null;
  control: boolean;
  offered_until: number | null;
  transferable: boolean;
  picture?: string | null;
}

export interface EndedCall {
  call_id: string;
  direction: Direction;
  from: string;
  to: string;
  from_name: string | null;
  to_name: string | null;
  caller_id: string | null;
  /** What all forms of a number have in common; null without one. */
  from_normalized: string | null;
  to_normalized: string | null;
  answered_by: string | null;
  answered_by_name: string | null;
  trunk: string | null;
  /** The queue that it came through, if any. */
  queue_name?: string;
  extensions: string[];
  outcome: string;
  missed: boolean;
  /** A missed call that somebody returned since. */
  returned: boolean;
  unseen: boolean;
  started: string;
  talk_seconds: number;
  /** What Home Assistant plays; null unless recordings may be played. */
  media_content_id: string | null;
  picture?: string | null;
}

export interface Pbx {
  config_entry_id: string;
  name: string;
  missed_entity_id: string | null;
  mark_seen_entity_id: string | null;
  /** What this PBX can do to a call besides what all can. */
  abilities: Ability[];
}

export type Ability = "attended_transfer" | "conference" | "parking" | "record_calls";

export interface FeedMessage {
  whole?: boolean;
  loaded?: boolean;
  available?: boolean;
  pbx?: Pbx;
  missed?: number;
  extensions?: Extension[];
  extensions_gone?: string[];
  calls?: Call[];
  calls_gone?: string[];
  ended?: EndedCall[];
  ended_gone?: string[];
  now?: number;
}

/** What a call can be transferred to without being a phone or a number outside. */
export type DestinationKind = "ivr" | "queue" | "ring_group";

export interface Target {
  number: string;
  name: string;
  kind?: DestinationKind;
}

export interface CardConfig {
  type: string;
  title?: string;
  config_entry_id?: string;
  phone?: string;
}
