// The phones: what each does, and what can be done with the one that is selected.
import {
  mdiBellOff,
  mdiBellOffOutline,
  mdiInformationOutline,
  mdiPhone,
  mdiPhoneAlert,
  mdiPhoneHangup,
  mdiPhoneInTalk,
  mdiPhoneOff,
  mdiPhonePaused,
  mdiPhoneRing,
  mdiVoicemail,
} from "@mdi/js";
import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { icon } from "./icons";
import { shared } from "./styles";
import { Switching } from "./switching";
import { partyText, plain, presenceText, stateText, text, unreadText } from "./texts";
import type { Extension, ExtensionState, HomeAssistant } from "./types";

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
/** From so many phones on it takes a field to find one. */
const MANY = 30;
const HOLD = 500;
/** Pixels by which a finger that is held may move. */
const STILL = 10;

/** How do not disturb of a phone is shown; null if the phone has no such switch. */
interface Quiet {
  isOn: boolean;
  isPending: boolean;
}

export const isBusy = (row: Extension): boolean => BUSY.includes(row.state);

export class Board extends LitElement {
  @property({ attribute: false }) hass!: HomeAssistant;
  @property({ attribute: false }) phones: Extension[] = [];
  /** Since when who talks, by number, by this browser's clock. */
  @property({ attribute: false }) since = new Map<string, number>();
  @property() selected = "";
  @property({ type: Boolean }) hideIdle = false;
  @property({ type: Boolean }) busyFirst = false;
  /** Whether what the phones do is not known. */
  @property({ type: Boolean }) away = false;

  @state() private wanted = "";
  /** Undefined as long as the user did not choose otherwise than the configuration. */
  @state() private chosenHideIdle?: boolean;
  @state() private chosenBusyFirst?: boolean;
  private switching = new Switching(this);
  private holding?: { timer: number; x: number; y: number };
  private wasHeld = false;
  /** Changes with what is said of all phones, in steps of 8. */
  private generation = 0;
  private language = "";

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("away") && this.hass.language === this.language) return;
    this.language = this.hass.language;
    this.generation += 8;
  }

  override render() {
    const shown = this.shown();
    return html`${this.phones.length >= MANY ? this.toolbar() : nothing}
      <div
        class="board ${this.away ? "away" : ""}"
        role="group"
        aria-label=${text("phones")}
        @pointerdown=${this.pressed}
        @pointermove=${this.moved}
        @pointerup=${this.released}
        @pointercancel=${this.released}
        @pointerleave=${this.released}
        @contextmenu=${this.contextMenu}
      >
        ${repeat(
          shown,
          (row) => row.number,
          (row) => {
            const quiet = this.quiet(row);
            const isSelected = this.selected === row.number;
            const since = (!this.away && this.since.get(row.number)) || 0;
            // One number for all that has two values: this is done for each phone.
            const look =
              this.generation +
              (quiet?.isOn ? 1 : 0) +
              (quiet?.isPending ? 2 : 0) +
              (isSelected ? 4 : 0);
            return guard([row, look, since], () => this.tile(row, quiet, isSelected, since));
          },
        )}
      </div>
      ${shown.length
        ? nothing
        : html`<div class="message" role="status">${text("no_phone_found")}</div>`}`;
  }

  private toolbar(): TemplateResult {
    const chip = (label: string, isOn: boolean, toggle: () => void): TemplateResult =>
      html`<button class="chip" aria-pressed=${isOn} ?disabled=${this.away} @click=${toggle}>
        ${label}
      </button>`;
    return html`<div class="toolbar">
      <input
        type="search"
        class="search"
        aria-label=${text("find_phone")}
        placeholder=${text("find_phone")}
        @input=${(event: Event) => {
          this.wanted = (event.target as HTMLInputElement).value;
        }}
      />
      <div class="chips">
        ${chip(text("choice_busy"), this.isBusyFirst, () => {
          this.chosenBusyFirst = !this.isBusyFirst;
        })}
        ${chip(text("field_hide_idle"), this.hidesIdle, () => {
          this.chosenHideIdle = !this.hidesIdle;
        })}
      </div>
    </div>`;
  }

  private tile(
    row: Extension,
    quiet: Quiet | null,
    isSelected: boolean,
    since: number,
  ): TemplateResult {
    const busy = isBusy(row);
    const isQuiet = !!quiet?.isOn;
    const doing = this.doing(row, isQuiet);
    const unread = row.unread ? unreadText(row.unread) : "";
    const party = busy && row.party ? partyText(row.party) : null;
    const missed = row.missed ? text("missed_count", { count: row.missed }) : "";
    return html`<div
      class="tile ${row.state ?? "unregistered"} ${isQuiet ? "quiet" : ""} ${isSelected
        ? "selected"
        : ""}"
      data-number=${row.number}
    >
      <button
        class="main"
        aria-pressed=${isSelected}
        ?disabled=${this.away}
        @click=${(event: MouseEvent) => this.select(row, event)}
      >
        <span class="lamp ${quiet?.isPending ? "pending" : ""}" aria-hidden="true">
          ${icon(isQuiet && !busy ? mdiBellOff : row.state ? ICONS[row.state] : mdiPhoneHangup)}
          ${missed ? html`<span class="count" title=${missed}>${row.missed}</span>` : nothing}
        </span>
        <span class="text">
          <bdi class="cut name" title=${row.name}>${row.name}</bdi>
          ${party
            ? html`<span class="dim line">
                <span class="hidden">${doing}</span>
                <bdi class="cut" title=${party}>${party}</bdi>
                ${since
                  ? html`<span>· <yeastar-since .since=${since}></yeastar-since></span>`
                  : nothing}
              </span>`
            : html`<span class="dim cut" title=${doing}>
                ${row.state === "idle" && !isQuiet
                  ? html`<span class="number">${row.number}</span> · `
                  : nothing}${doing}
              </span>`}
          ${unread
            ? html`<span class="dim line unread" title=${unread}>
                ${icon(mdiVoicemail)}<span aria-hidden="true">${row.unread}</span>
                <span class="hidden">${unread}</span>
              </span>`
            : nothing}
          ${missed ? html`<span class="hidden">${missed}</span>` : nothing}
        </span>
      </button>
      ${isSelected ? this.more(row, quiet) : nothing}
    </div>`;
  }

  /** What can be done with the selected phone but call it. */
  private more(row: Extension, quiet: Quiet | null): TemplateResult {
    return html`<div class="more">
      ${quiet && row.control
        ? html`<button
            class="chip quiet-switch ${quiet.isPending ? "pending" : ""}"
            aria-pressed=${quiet.isOn}
            aria-busy=${quiet.isPending}
            title=${quiet.isPending ? text("pending") : text("do_not_disturb")}
            ?disabled=${this.away || quiet.isPending}
            @click=${() => this.switching.toggle(this.hass, row.do_not_disturb_entity_id!)}
          >
            ${icon(quiet.isOn ? mdiBellOff : mdiBellOffOutline)}
            <span class="cut">${quiet.isPending ? text("pending") : text("do_not_disturb")}</span>
          </button>`
        : nothing}
      ${row.entity_id
        ? html`<button class="chip" ?disabled=${this.away} @click=${() => this.details(row)}>
            ${icon(mdiInformationOutline)}<span class="cut">${text("details")}</span>
          </button>`
        : nothing}
    </div>`;
  }

  // What is shown

  /** What a phone does; while it does nothing, where its user is. */
  private doing(row: Extension, isQuiet: boolean): string {
    if (row.state !== "idle") return stateText(row.state);
    if (isQuiet) return text("do_not_disturb");
    return row.presence ? presenceText(row.presence) : stateText(row.state);
  }

  private quiet(row: Extension): Quiet | null {
    const entityId = row.do_not_disturb_entity_id;
    return entityId ? this.switching.shown(this.hass, entityId) : null;
  }

  private get hidesIdle(): boolean {
    return this.chosenHideIdle ?? this.hideIdle;
  }

  private get isBusyFirst(): boolean {
    return this.chosenBusyFirst ?? this.busyFirst;
  }

  private shown(): Extension[] {
    const wanted = plain(this.wanted.trim());
    let shown = this.phones;
    if (wanted) {
      shown = shown.filter((row) => plain(row.name).includes(wanted) || row.number.includes(wanted));
    }
    if (this.hidesIdle) {
      shown = shown.filter((row) => row.state !== "idle" || row.number === this.selected);
    }
    if (this.isBusyFirst) {
      shown = [...shown].sort((a, b) => Number(isBusy(b)) - Number(isBusy(a)));
    }
    return shown;
  }

  // What is done

  private select(row: Extension, event: MouseEvent): void {
    // The click that ends a hold; one by the keyboard has no detail.
    if (this.wasHeld && event.detail) return;
    this.dispatchEvent(new CustomEvent("phone-selected", { detail: row }));
  }

  private details(row: Extension): void {
    const detail = { entityId: row.entity_id };
    this.dispatchEvent(
      new CustomEvent("hass-more-info", { detail, bubbles: true, composed: true }),
    );
  }

  // A phone that is held shows its details

  private rowAt(event: Event): Extension | undefined {
    const tile = (event.target as Element).closest(".main")?.parentElement;
    return tile ? this.phones.find((row) => row.number === tile.dataset["number"]) : undefined;
  }

  private pressed(event: PointerEvent): void {
    this.released();
    this.wasHeld = false;
    const row = this.rowAt(event);
    if (!row?.entity_id || event.button !== 0) return;
    const timer = window.setTimeout(() => {
      this.wasHeld = true;
      this.details(row);
    }, HOLD);
    this.holding = { timer, x: event.clientX, y: event.clientY };
  }

  private moved(event: PointerEvent): void {
    const { holding } = this;
    if (!holding) return;
    if (Math.hypot(event.clientX - holding.x, event.clientY - holding.y) > STILL) this.released();
  }

  private released(): void {
    clearTimeout(this.holding?.timer);
    this.holding = undefined;
  }

  private contextMenu(event: Event): void {
    // A finger that is held would open the menu of the browser too.
    if (this.holding || this.wasHeld) event.preventDefault();
  }

  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: 8px;
        min-height: 0;
      }
      .toolbar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      .toolbar .search {
        flex: 1 1 180px;
      }
      .board {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(clamp(150px, 34%, 200px), 1fr));
        align-items: start;
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
      .tile.selected {
        box-shadow: inset 0 0 0 2px var(--primary-color);
      }
      .main {
        box-sizing: border-box;
        display: flex;
        align-items: center;
        gap: 8px;
        width: 100%;
        min-height: 56px;
        padding: 8px;
        border-radius: inherit;
        touch-action: manipulation;
        user-select: none;
        -webkit-touch-callout: none;
      }
      .main:disabled {
        opacity: 1;
      }
      .more {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        padding: 0 8px 8px;
      }
      .more .chip {
        flex: 1 1 auto;
        min-width: 0;
        min-height: 40px;
        padding-inline: 8px;
      }
      .more .icon {
        flex: none;
      }
      .pending {
        animation: wait 1.2s ease-in-out infinite;
      }
      @keyframes wait {
        50% {
          opacity: 0.35;
        }
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
      .board:not(.away) .ringing .lamp {
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
      .unread {
        align-items: center;
      }
      .unread .icon {
        width: 14px;
        height: 14px;
      }
      .number {
        font-variant-numeric: tabular-nums;
      }
    `,
  ];
}
