// The phones as a living board, the calls with what can be done, and a field to dial.
import {
  mdiBellOff,
  mdiClose,
  mdiCloudOffOutline,
  mdiPhone,
  mdiPhoneAlert,
  mdiPhoneClassic,
  mdiPhoneHangup,
  mdiPhoneInTalk,
  mdiPhoneMissed,
  mdiPhoneOff,
  mdiPhonePaused,
  mdiPhoneRing,
} from "@mdi/js";
import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import type { Act, Sides } from "./call-row";
import { Card, means } from "./card";
import type { Dialled } from "./dial";
import { Feed } from "./feed";
import { phoneCardForm } from "./forms";
import { icon } from "./icons";
import { partyText, stateText, text } from "./texts";
import type { Call, CardConfig, Extension, ExtensionState, HomeAssistant, Target } from "./types";

type Section = "calls" | "dial" | "phones";

export interface PhoneCardConfig extends CardConfig {
  extensions?: string[];
  hide?: Section[];
  sort?: "number" | "name";
  popup?: boolean;
}

const ICONS: Record<ExtensionState, string> = {
  idle: mdiPhone,
  ringing: mdiPhoneRing,
  in_call: mdiPhoneInTalk,
  on_hold: mdiPhonePaused,
  unregistered: mdiPhoneOff,
  malfunction: mdiPhoneAlert,
  no_port: mdiPhoneAlert,
};
const BUSY: (ExtensionState | null)[] = ["ringing", "in_call", "on_hold"];

export class PhoneCard extends Card<PhoneCardConfig> {
  protected feed = new Feed(this, ["calls", "extensions"], ({ calls_gone: gone = [] }) => {
    for (const callId of gone) {
      this.muted.delete(callId);
      this.dismissed.delete(callId);
    }
  });

  @state() private target?: Target;
  @state() private from = "";
  private muted = new Set<string>();
  private dismissed = new Set<string>();
  private phones: Extension[] = [];

  static getConfigForm() {
    return phoneCardForm();
  }

  static getStubConfig(): Partial<PhoneCardConfig> {
    return {};
  }

  getCardSize(): number {
    return 4 + Math.ceil(this.feed.extensions.size / 2);
  }

  getGridOptions() {
    return { columns: 12, min_columns: 6, rows: "auto", min_rows: 3 };
  }

  protected override concerns(before: HomeAssistant, now: HomeAssistant): boolean {
    for (const { do_not_disturb_entity_id: entityId } of this.feed.extensions.values()) {
      if (entityId && before.states[entityId]?.state !== now.states[entityId]?.state) return true;
    }
    return false;
  }

  protected override render() {
    const problem = this.problem();
    const { feed } = this;
    const calls = this.sortedCalls();
    const shows = (section: Section): boolean => !this.config!.hide?.includes(section);
    return html`<ha-card>
      ${this.header()}
      ${problem ??
      html`<div class="content ${feed.available ? "" : "stale"}">
        <div class="hidden" role="status">${this.announcement(calls)}</div>
        ${shows("calls") && calls.length ? this.callList(calls) : nothing}
        ${shows("dial") ? this.dialBar() : nothing} ${shows("phones") ? this.board() : nothing}
        ${this.config!.popup && !this.preview ? this.popup(calls) : nothing}
      </div>`}
    </ha-card>`;
  }

  protected override updated(_changed: PropertyValues): void {
    const popup = this.renderRoot.querySelector<HTMLElement>(".popup");
    if (popup && !popup.matches(":popover-open")) popup.showPopover?.();
  }

  // Parts

  private header(): TemplateResult {
    const { feed } = this;
    return html`<header>
      ${icon(mdiPhoneClassic, "dim")}
      <h2 class="cut">${this.heading(feed.pbx?.name ?? text("phones"))}</h2>
      ${feed.available || feed.loaded === undefined
        ? nothing
        : html`<span class="chip" role="status">${icon(mdiCloudOffOutline)}${text("away")}</span>`}
      ${feed.missed
        ? html`<button
            class="chip missed"
            @click=${() => this.moreInfo(feed.pbx?.missed_entity_id)}
          >
            ${icon(mdiPhoneMissed)}${text("missed_count", { count: feed.missed })}
          </button>`
        : nothing}
    </header>`;
  }

  private callList(calls: Call[]): TemplateResult {
    return html`<div class="calls" role="list" aria-label=${text("calls")} @act=${this.act}>
      ${repeat(
        calls,
        (call) => call.call_id,
        (call) => html`<div role="listitem">${this.callRow(call)}</div>`,
      )}
    </div>`;
  }

  private callRow(call: Call, large = false): TemplateResult {
    const { from, to } = this.sides(call);
    return html`<yeastar-call-row
      .hass=${this.hass}
      .entryId=${this.entryId}
      .call=${call}
      .from=${from}
      .to=${to}
      .since=${this.feed.local(call.answered ?? call.started)}
      .until=${call.offered_until ? this.feed.local(call.offered_until) : 0}
      .busy=${this.busy}
      .muted=${this.muted.has(call.call_id)}
      ?large=${large}
    ></yeastar-call-row>`;
  }

  private dialBar(): TemplateResult | typeof nothing {
    this.phones = sameNames(
      this.phones,
      this.shown().filter((row) => row.control),
    );
    if (!this.phones.length) return nothing;
    return html`<yeastar-dial
      .hass=${this.hass}
      .entryId=${this.entryId}
      .phones=${this.phones}
      .from=${this.phone()}
      .target=${this.target}
      .busy=${this.busy}
      @target-changed=${(event: CustomEvent<Target | undefined>) => {
        this.target = event.detail;
      }}
      @from-changed=${(event: CustomEvent<string>) => {
        this.from = event.detail;
        this.remember(this.from);
      }}
      @dialled=${this.dial}
    ></yeastar-dial>`;
  }

  private board(): TemplateResult {
    const since = this.talkingSince();
    const { hass, target } = this;
    return html`<div class="board" role="group" aria-label=${text("phones")}>
      ${repeat(
        this.shown(),
        (row) => row.number,
        (row) => {
          const quiet =
            !!row.do_not_disturb_entity_id &&
            hass.states[row.do_not_disturb_entity_id]?.state === "on";
          const isSelected = target?.number === row.number;
          const talking = since.get(row.number) ?? 0;
          return guard([row, quiet, isSelected, talking, hass.language], () =>
            this.tile(row, quiet, isSelected, talking),
          );
        },
      )}
    </div>`;
  }

  private tile(
    row: Extension,
    quiet: boolean,
    isSelected: boolean,
    talking: number,
  ): TemplateResult {
    const doing = quiet && row.state === "idle" ? text("do_not_disturb") : stateText(row.state);
    const isBusy = BUSY.includes(row.state);
    const party = isBusy && row.party ? partyText(row.party) : null;
    return html`<button
      class="tile ${row.state ?? "unregistered"} ${quiet ? "quiet" : ""}"
      aria-pressed=${isSelected}
      @click=${() => this.select(row)}
    >
      <span class="lamp">
        ${icon(quiet && !isBusy ? mdiBellOff : row.state ? ICONS[row.state] : mdiPhoneHangup)}
        ${row.missed
          ? html`<span class="count" title=${text("missed_count", { count: row.missed })}
              >${row.missed}</span
            >`
          : nothing}
      </span>
      <span class="text">
        <bdi class="cut name">${row.name}</bdi>
        ${party
          ? html`<span class="dim line">
              <span class="hidden">${doing}</span>
              <bdi class="cut">${party}</bdi>
              ${talking
                ? html`<span>· <yeastar-since .since=${talking}></yeastar-since></span>`
                : nothing}
            </span>`
          : html`<span class="dim cut"><span class="number">${row.number}</span> · ${doing}</span>`}
      </span>
    </button>`;
  }

  private popup(calls: Call[]): TemplateResult | typeof nothing {
    const call = calls.find((row) => isLoud(row) && !this.dismissed.has(row.call_id));
    if (!call) return nothing;
    return html`<div
      class="popup"
      popover="manual"
      role="region"
      aria-label=${text("incoming")}
      @act=${this.act}
      @keydown=${(event: KeyboardEvent) => event.key === "Escape" && this.dismiss(call)}
    >
      <div class="inner">
        ${this.callRow(call, true)}
        <button
          class="round"
          aria-label=${text("dismiss")}
          title=${text("dismiss")}
          @click=${() => this.dismiss(call)}
        >
          ${icon(mdiClose)}
        </button>
      </div>
    </div>`;
  }

  // What is shown

  private shown(): Extension[] {
    const wanted = this.config!.extensions;
    const rows = [...this.feed.extensions.values()].filter((row) =>
      wanted?.length ? wanted.some((one) => means(row, one)) : row.device_id,
    );
    const byNumber = (a: Extension, b: Extension): number =>
      a.number.length - b.number.length || (a.number < b.number ? -1 : 1);
    return rows.sort(
      this.config!.sort === "name" ? (a, b) => a.name.localeCompare(b.name) : byNumber,
    );
  }

  private sortedCalls(): Call[] {
    return [...this.feed.calls.values()].filter(this.isShown).sort(
      (a, b) => Number(isLoud(b)) - Number(isLoud(a)) || (a.started < b.started ? -1 : 1),
    );
  }

  /** A board of some phones shows only their calls. */
  private isShown = (call: Call): boolean => {
    const wanted = this.config!.extensions;
    if (!wanted?.length) return true;
    return call.extensions.some((number) => {
      const row = this.feed.extensions.get(number);
      return row && wanted.some((one) => means(row, one));
    });
  };

  private talkingSince(): Map<string, number> {
    const since = new Map<string, number>();
    for (const call of this.feed.calls.values()) {
      if (!call.answered) continue;
      const moment = this.feed.local(call.answered);
      // The clock of the server is known a little better with each message.
      const known = Math.round(moment / 1000) * 1000;
      for (const number of [call.answered_by, call.from, call.to]) {
        if (number && this.feed.extensions.has(number)) since.set(number, known);
      }
    }
    return since;
  }

  private name(number: string): string {
    return this.feed.extensions.get(number)?.name ?? number;
  }

  private sides(call: Call): Sides {
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
    return { from, to: to || text("nobody_yet") };
  }

  private announcement(calls: Call[]): string {
    const call = calls.find(isLoud);
    return call ? text("calls_whom", { ...this.sides(call) }) : "";
  }

  private phone(): string {
    return this.phones.some((row) => row.number === this.from) ? this.from : this.usualPhone();
  }

  // What is done

  private select(row: Extension): void {
    const isSelected = this.target?.number === row.number;
    this.target = isSelected ? undefined : { number: row.number, name: row.name };
  }

  private dismiss(call: Call): void {
    this.dismissed.add(call.call_id);
    this.requestUpdate();
  }

  private async dial(event: CustomEvent<Dialled>): Promise<void> {
    const { from, number } = event.detail;
    if (await this.perform("dial", { extension: from, number })) this.target = undefined;
  }

  private async act(event: CustomEvent<Act>): Promise<void> {
    const { verb, call, target } = event.detail;
    const done = await this.perform(verb, this.fields(event.detail));
    if (!done || target) return;
    if (verb === "mute") this.muted.add(call.call_id);
    if (verb === "unmute") this.muted.delete(call.call_id);
    this.requestUpdate();
  }

  private fields({ verb, call, target }: Act): Record<string, unknown> {
    switch (verb) {
      case "hold":
      case "resume":
      case "mute":
      case "unmute":
        return { extension: this.phoneIn(call) };
      case "transfer":
        return this.feed.extensions.has(target!.number)
          ? { call_id: call.call_id, extension: target!.number }
          : {
              call_id: call.call_id,
              number: target!.number,
              permission_of: this.phoneIn(call) ?? this.phone(),
            };
      default:
        return { call_id: call.call_id };
    }
  }

  /** The phone of a call that the user means: his own if it takes part. */
  private phoneIn(call: Call): string | undefined {
    const controlled = call.extensions.filter((number) => this.feed.extensions.get(number)?.control);
    return [this.phone(), call.answered_by, call.from, controlled[0]].find(
      (number) => number && controlled.includes(number),
    ) as string | undefined;
  }

  static override styles = [
    ...Card.styles,
    css`
      .content {
        display: flex;
        flex-direction: column;
        gap: 12px;
        min-height: 0;
      }
      .calls {
        display: flex;
        flex-direction: column;
        gap: 8px;
      }
      .calls:has(> :nth-child(8)) {
        max-height: 480px;
        overflow-y: auto;
      }
      .board {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(clamp(138px, 30%, 190px), 1fr));
        gap: 8px;
        min-height: 0;
        padding: 2px;
        margin: -2px;
      }
      .board:has(> :nth-child(41)) {
        max-height: 60vh;
        overflow-y: auto;
      }
      .board:has(> :nth-child(41)) > * {
        content-visibility: auto;
        contain-intrinsic-height: 56px;
      }
      .tile {
        --tone: var(--idle);
        display: flex;
        align-items: center;
        gap: 10px;
        min-height: 56px;
        padding: 8px;
        border-radius: var(--round);
        background: var(--soft);
        min-width: 0;
        transition:
          background-color 160ms,
          box-shadow 160ms;
      }
      .tile:hover {
        background: color-mix(in srgb, var(--tone) 12%, transparent);
      }
      .tile[aria-pressed="true"] {
        box-shadow: inset 0 0 0 2px var(--primary-color);
      }
      .ringing {
        --tone: var(--ring);
        background: color-mix(in srgb, var(--tone) 12%, transparent);
      }
      .in_call {
        --tone: var(--talk);
        background: color-mix(in srgb, var(--tone) 10%, transparent);
      }
      .on_hold {
        --tone: var(--hold);
        background: color-mix(in srgb, var(--tone) 10%, transparent);
      }
      .unregistered,
      .quiet.idle {
        --tone: var(--off);
      }
      .malfunction,
      .no_port {
        --tone: var(--bad);
      }
      .lamp {
        position: relative;
        width: 40px;
        height: 40px;
        border-radius: 50%;
        display: grid;
        place-items: center;
        flex: none;
        color: var(--tone);
        background: color-mix(in srgb, var(--tone) 18%, transparent);
      }
      .ringing .lamp {
        animation: pulse 1.2s ease-out infinite;
      }
      @keyframes pulse {
        0% {
          box-shadow: 0 0 0 0 color-mix(in srgb, var(--tone) 55%, transparent);
        }
        80%,
        100% {
          box-shadow: 0 0 0 10px transparent;
        }
      }
      .count {
        position: absolute;
        top: -4px;
        inset-inline-end: -6px;
        min-width: 18px;
        box-sizing: border-box;
        padding: 0 5px;
        border-radius: 9px;
        font-size: 11px;
        line-height: 18px;
        text-align: center;
        color: #fff;
        background: #c62828;
      }
      .text {
        display: flex;
        flex-direction: column;
        min-width: 0;
      }
      .name {
        font-weight: var(--ha-font-weight-medium, 500);
        line-height: 1.4;
      }
      .line {
        display: flex;
        gap: 4px;
      }
      .line span {
        flex: none;
      }
      .tile .dim {
        font-size: var(--ha-font-size-s, 12px);
        line-height: 1.4;
      }
      .number {
        font-variant-numeric: tabular-nums;
      }
      .popup {
        box-sizing: border-box;
        inset: 0 0 auto;
        width: 100%;
        margin: 0;
        border: none;
        padding: 16px max(16px, env(safe-area-inset-right)) 16px max(16px, env(safe-area-inset-left));
        padding-top: max(16px, env(safe-area-inset-top));
        color: var(--primary-text-color);
        background: var(--card-background-color, #fff);
        border-bottom: 4px solid var(--ring);
        box-shadow: 0 8px 32px rgb(0 0 0 / 0.4);
        overflow: visible;
      }
      .inner {
        display: flex;
        align-items: center;
        gap: 8px;
        max-width: 880px;
        margin: 0 auto;
      }
      .inner yeastar-call-row {
        flex: 1;
      }
    `,
  ];
}

const isLoud = (call: Call): boolean =>
  call.direction === "inbound" && !call.answered && call.status !== "waiting";

/** Return the old list as long as the new one names the same phones. */
const sameNames = (old: Extension[], rows: Extension[]): Extension[] =>
  old.length === rows.length &&
  old.every((row, i) => row.number === rows[i]!.number && row.name === rows[i]!.name)
    ? old
    : rows;

