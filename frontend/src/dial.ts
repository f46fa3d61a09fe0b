// Whom to call, and from which phone.
import { mdiBackspaceOutline, mdiDialpad, mdiMenuDown, mdiPhone } from "@mdi/js";
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { icon } from "./icons";
import type { Picker } from "./picker";
import { shared } from "./styles";
import { text } from "./texts";
import type { Extension, HomeAssistant, Target } from "./types";

export interface Dialled {
  from: string;
  number: string;
}

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#", "+"];

export class Dial extends LitElement {
  @property({ attribute: false }) hass!: HomeAssistant;
  @property({ attribute: false }) entryId?: string;
  /** The phones that the user controls. */
  @property({ attribute: false }) phones: Extension[] = [];
  @property() from = "";
  @property({ attribute: false }) target?: Target;
  /** Those who are called with one click. */
  @property({ attribute: false }) favourites: Target[] = [];
  @property({ type: Boolean }) busy = false;
  /** Whether the PBX cannot be asked for anything. */
  @property({ type: Boolean }) away = false;

  @state() private hasPad = false;
  @query("yeastar-picker") private picker!: Picker;

  override render() {
    const isSame = !!this.target && this.target.number === this.from;
    return html`<div class="row" role="group" aria-label=${text("dial_group")}>
        <div class="whom">
          <yeastar-picker
            .hass=${this.hass}
            .entryId=${this.entryId}
            .label=${text("name_or_number")}
            .target=${this.target}
            .tel=${this.hasPad}
            .disabled=${this.away}
            @picker-changed=${this.targetChanged}
            @picker-enter=${this.dial}
          ></yeastar-picker>
          <button
            class="round ${this.hasPad ? "on" : ""}"
            aria-label=${text("dial_pad")}
            title=${text("dial_pad")}
            aria-expanded=${this.hasPad}
            ?disabled=${this.away}
            @click=${this.togglePad}
          >
            ${icon(mdiDialpad)}
          </button>
        </div>
        <label class="from">
          <span class="dim">${text("from")}</span>
          <select
            aria-label=${text("from_phone")}
            ?disabled=${this.away}
            @change=${this.fromChanged}
          >
            ${repeat(
              this.phones,
              (phone) => phone.number,
              (phone) =>
                html`<option value=${phone.number} .selected=${phone.number === this.from}>
                  ${phone.name}
                </option>`,
            )}
          </select>
          ${icon(mdiMenuDown, "small")}
        </label>
        <button
          class="round filled go"
          ?disabled=${!this.target || !this.from || isSame || this.busy || this.away}
          aria-label=${text("call")}
          title=${isSame ? text("same_phone") : text("call")}
          @click=${this.dial}
        >
          ${icon(mdiPhone)}
        </button>
      </div>
      ${this.hasPad ? this.pad() : nothing}
      ${this.favourites.length ? this.favouriteButtons() : nothing}`;
  }

  private pad(): TemplateResult {
    return html`<div class="pad" role="group" aria-label=${text("dial_pad")} dir="ltr">
      ${KEYS.map(
        (key) =>
          html`<button class="key" ?disabled=${this.away} @click=${() => this.picker.type(key)}>
            ${key}
          </button>`,
      )}
      <button
        class="key"
        aria-label=${text("backspace")}
        title=${text("backspace")}
        ?disabled=${this.away || !this.target}
        @click=${() => this.picker.type()}
      >
        ${icon(mdiBackspaceOutline)}
      </button>
    </div>`;
  }

  private favouriteButtons(): TemplateResult {
    return html`<div class="chips" role="group" aria-label=${text("field_favourites")}>
      ${this.favourites.map(
        (one) =>
          html`<button
            class="chip favourite"
            aria-label=${text("call_back", { name: one.name })}
            title=${text("call_back", { name: one.name })}
            ?disabled=${!this.from || one.number === this.from || this.busy || this.away}
            @click=${() => this.tell(one)}
          >
            ${icon(mdiPhone)}<bdi class="cut">${one.name}</bdi>
          </button>`,
      )}
    </div>`;
  }

  private togglePad(): void {
    this.hasPad = !this.hasPad;
  }

  private targetChanged(event: CustomEvent<Target | undefined>): void {
    this.target = event.detail;
    this.dispatchEvent(new CustomEvent("target-changed", { detail: event.detail }));
  }

  private fromChanged(event: Event): void {
    const from = (event.target as HTMLSelectElement).value;
    this.dispatchEvent(new CustomEvent("from-changed", { detail: from }));
  }

  private dial(): void {
    if (!this.target || !this.from || this.target.number === this.from) return;
    if (!this.busy && !this.away) this.tell(this.target);
  }

  private tell({ number }: Target): void {
    const detail: Dialled = { from: this.from, number };
    this.dispatchEvent(new CustomEvent("dialled", { detail }));
  }

  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: 8px;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      .whom {
        flex: 3 1 200px;
        min-width: 0;
        display: flex;
        align-items: center;
        gap: 4px;
      }
      yeastar-picker {
        flex: 1;
        min-width: 0;
      }
      .from {
        position: relative;
        flex: 1 1 130px;
        display: flex;
        align-items: center;
        gap: 6px;
        min-width: 0;
        padding-inline-start: 14px;
        height: 44px;
        border-radius: 22px;
        background: var(--soft);
      }
      .from .icon {
        position: absolute;
        inset-inline-end: 10px;
        pointer-events: none;
      }
      select {
        appearance: none;
        flex: 1;
        min-width: 0;
        height: 100%;
        border: none;
        border-radius: 22px;
        padding: 0;
        padding-inline-end: 30px;
        background: none;
        text-overflow: ellipsis;
        cursor: pointer;
      }
      option {
        color: initial;
      }
      .pad {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 96px));
        justify-content: center;
        gap: 8px;
      }
      .key {
        display: grid;
        place-items: center;
        min-height: 48px;
        border-radius: 24px;
        font-size: var(--ha-font-size-xl, 20px);
        background: var(--soft);
      }
      .key:hover:not(:disabled) {
        background: color-mix(in srgb, var(--primary-color) 14%, transparent);
      }
      /* The plus stands below the star, to the left of taking back. */
      .key:nth-child(13) {
        grid-column: 1;
      }
      .key:nth-child(14) {
        grid-column: 3;
      }
      .favourite {
        max-width: 100%;
        min-height: 44px;
        border-radius: 22px;
      }
      .favourite .icon {
        color: color-mix(in srgb, var(--idle) 75%, var(--primary-text-color));
      }
    `,
  ];
}
