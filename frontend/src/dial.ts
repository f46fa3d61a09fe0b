// Whom to call, and from which phone.
import { mdiMenuDown, mdiPhone } from "@mdi/js";
import { LitElement, css, html } from "lit";
import { property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { icon } from "./icons";
import { shared } from "./styles";
import { text } from "./texts";
import type { Extension, HomeAssistant, Target } from "./types";

export interface Dialled {
  from: string;
  number: string;
}

export class Dial extends LitElement {
  @property({ attribute: false }) hass!: HomeAssistant;
  @property({ attribute: false }) entryId?: string;
  /** The phones that the user controls. */
  @property({ attribute: false }) phones: Extension[] = [];
  @property() from = "";
  @property({ attribute: false }) target?: Target;
  @property({ type: Boolean }) busy = false;

  override render() {
    const isSame = !!this.target && this.target.number === this.from;
    return html`<div class="row" role="group" aria-label=${text("dial_group")}>
      <yeastar-picker
        .hass=${this.hass}
        .entryId=${this.entryId}
        .label=${text("name_or_number")}
        .target=${this.target}
        @picker-changed=${this.targetChanged}
        @picker-enter=${this.dial}
      ></yeastar-picker>
      <label class="from">
        <span class="dim">${text("from")}</span>
        <select aria-label=${text("from_phone")} @change=${this.fromChanged}>
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
        ?disabled=${!this.target || !this.from || isSame || this.busy}
        aria-label=${text("call")}
        title=${isSame ? text("same_phone") : text("call")}
        @click=${this.dial}
      >
        ${icon(mdiPhone)}
      </button>
    </div>`;
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
    if (!this.target || !this.from || this.target.number === this.from || this.busy) return;
    const detail: Dialled = { from: this.from, number: this.target.number };
    this.dispatchEvent(new CustomEvent("dialled", { detail }));
  }

  static override styles = [
    shared,
    css`
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      yeastar-picker {
        flex: 3 1 200px;
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
    `,
  ];
}
