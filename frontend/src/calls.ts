// What the phone card and the pop-up have in common: calls, and what can be done with them.
import { html } from "lit";
import { guard } from "lit/directives/guard.js";
import type { Act, Recording, Sides, Verb } from "./call-row";
import { Card, means } from "./card";
import { partyText, text } from "./texts";
import type { Call, CardConfig, Extension, ExtensionState, FeedMessage } from "./types";

export interface CallsConfig extends CardConfig {
  /** Only calls of these phones. */
  extensions?: string[];
}

/** A phone that rings may do so for another call, and one that is gone cannot ring. */
const CAN_RING: (ExtensionState | null)[] = ["idle", "in_call", "on_hold"];

/** Whether a call asks for an answer: one that waits in a queue or an IVR does not. */
export const isLoud = (call: Call): boolean =>
  call.direction === "inbound" &&
  !call.answered &&
  (!!call.offered_until || call.status !== "waiting");

/** How loud calls are: those that can be decided about first. */
const loudness = (call: Call): number => (isLoud(call) ? (call.offered_until ? 2 : 1) : 0);

/** The actions of verbs that are not called like one. */
const ACTIONS: Partial<Record<Verb, string>> = {
  take: "transfer",
  ask_first: "transfer",
  complete: "transfer",
  take_back: "transfer",
  invite: "add_member",
  pause_recording: "record",
  resume_recording: "record",
};

export abstract class Calls<C extends CallsConfig> extends Card<C> {
  private muted = new Set<string>();
  private recordings = new Map<string, Recording>();
  private asking = new Set<string>();

  /** The phone of the user. */
  protected phone(): string {
    return this.usualPhone();
  }

  protected override told({ calls_gone: gone }: FeedMessage): boolean {
    for (const callId of gone ?? []) {
      for (const marked of [this.muted, this.recordings, this.asking]) marked.delete(callId);
    }
    return true;
  }

  /** The calls that are shown, the loudest first, then the oldest. */
  protected sortedCalls(): Call[] {
    return [...this.feed.calls.values()]
      .filter(this.isShown)
      .sort((a, b) => loudness(b) - loudness(a) || (a.started < b.started ? -1 : 1));
  }

  /** A card of some phones shows only their calls. */
  private isShown = (call: Call): boolean => {
    const wanted = this.config!.extensions;
    if (!wanted?.length) return true;
    return call.extensions.some((number) => {
      const row = this.feed.extensions.get(number);
      return row && wanted.some((one) => means(row, one));
    });
  };

  protected callRow(call: Call, large = false): unknown {
    const { feed, busy } = this;
    const { from, to } = this.sides(call);
    const takes = this.takes(call)?.name ?? "";
    const since = feed.isLive ? this.since(call.answered ?? call.started) : 0;
    const until = call.offered_until ? feed.local(call.offered_until) : 0;
    const isMuted = this.muted.has(call.call_id);
    const recording = this.recordings.get(call.call_id) ?? "";
    const isAsking = this.asking.has(call.call_id);
    const abilities = feed.pbx?.abilities ?? [];
    return guard(
      [
        ...[call, from, to, takes, since, until, isMuted, recording, isAsking, busy],
        ...[abilities, this.entryId, this.hass.language],
      ],
      () => html`<yeastar-call-row
        .hass=${this.hass}
        .entryId=${this.entryId}
        .call=${call}
        .from=${from}
        .to=${to}
        .takes=${takes}
        .pickUp=${call.pick_up ? this.name(call.pick_up) : ""}
        .since=${since}
        .until=${until}
        .busy=${busy || !since}
        .muted=${isMuted}
        .recording=${recording}
        .asking=${isAsking}
        .abilities=${abilities}
        ?large=${large}
      ></yeastar-call-row>`,
    );
  }

  /** A moment by this browser's clock: the server's is known a little better each time. */
  protected since(moment: string): number {
    return Math.round(this.feed.local(moment) / 1000) * 1000;
  }

  protected sides(call: Call): Sides {
    const from = call.from_name || call.from || partyText(call.caller_id ?? "unknown_number");
    let to = call.to_name || call.to;
    if (call.answered_by && call.direction === "inbound") {
      to = this.name(call.answered_by);
    } else if (call.direction === "inbound") {
      const ringing = call.extensions.filter(
        (number) => this.feed.extensions.get(number)?.state === "ringing",
      );
      if (ringing.length) {
        to = ringing.slice(0, 2).map((number) => this.name(number)).join(", ");
        if (ringing.length > 2) to += ` +${ringing.length - 2}`;
      }
    }
    return { from, to };
  }

  /** A sentence for those who do not see the call. */
  protected sentence(call: Call): string {
    if (call.pick_up) return text("pick_up", { phone: this.name(call.pick_up) });
    const { from, to } = this.sides(call);
    const calls = to ? text("calls_whom", { from, to }) : text("is_calling", { from });
    return call.offered_until && call.control ? `${calls}. ${text("asks")}` : calls;
  }

  /** The user's phone, if it can take over a call from outside that no phone answered. */
  private takes(call: Call): Extension | undefined {
    const isOpen = call.direction === "inbound" && !call.answered && !call.offered_until;
    if (!isOpen || !call.transferable || !call.control) return undefined;
    const phone = this.feed.extensions.get(this.phone());
    return phone?.control && CAN_RING.includes(phone.state) ? phone : undefined;
  }

  protected async act(event: CustomEvent<Act>): Promise<void> {
    const { verb, call } = event.detail;
    if (!(await this.perform(ACTIONS[verb] ?? verb, this.fields(event.detail)))) return;
    if (verb === "mute") this.muted.add(call.call_id);
    if (verb === "unmute") this.muted.delete(call.call_id);
    if (verb === "record" || verb === "resume_recording") this.recordings.set(call.call_id, "on");
    if (verb === "pause_recording") this.recordings.set(call.call_id, "paused");
    if (verb === "ask_first") this.asking.add(call.call_id);
    if (verb === "complete" || verb === "take_back") this.asking.delete(call.call_id);
    this.requestUpdate();
  }

  private fields({ verb, call, target }: Act): Record<string, unknown> {
    const { call_id } = call;
    switch (verb) {
      case "hold":
      case "resume":
      case "mute":
      case "unmute":
      case "park":
      case "record":
        return { extension: this.phoneIn(call) };
      case "pause_recording":
        return { extension: this.phoneIn(call), step: "pause" };
      case "resume_recording":
        return { extension: this.phoneIn(call), step: "resume" };
      case "complete":
        return { call_id, mode: "attended", step: "complete" };
      case "take_back":
        return { call_id, mode: "attended", step: "cancel" };
      case "invite":
        return { extension: this.phoneIn(call), number: target!.number };
      case "ask_first":
        return { ...this.fields({ verb: "transfer", call, target }), mode: "attended" };
      case "take":
        return { call_id, extension: this.phone() };
      case "transfer": {
        const { number, kind } = target!;
        if (kind) return { call_id, [kind]: number };
        return this.feed.extensions.has(number)
          ? { call_id, extension: number }
          : { call_id, number, permission_of: this.phoneIn(call) ?? this.phone() };
      }
      default:
        return { call_id };
    }
  }

  /** The phone of a call that the user means: the user's own if it takes part. */
  private phoneIn(call: Call): string | undefined {
    const controlled = call.extensions.filter((number) => this.feed.extensions.get(number)?.control);
    return [this.phone(), call.answered_by, call.from, controlled[0]].find(
      (number) => number && controlled.includes(number),
    ) as string | undefined;
  }
}
