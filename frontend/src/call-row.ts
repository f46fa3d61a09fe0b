// One living call with what can be done about it.
import {
  mdiArrowRight,

  mdiClose,
  mdiMicrophone,
  mdiMicrophoneOff,
  mdiPause,
  mdiPhone,
  mdiPhoneForward,
  mdiPhoneHangup,
  mdiPhoneInTalk,
  mdiPhoneOff,
  mdiPhonePaused,
  mdiPhoneRing,
  mdiPlay,
  mdiTimerSand,
} from "@mdi/js";
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { icon } from "./icons";
import { shared } from "./styles";
import { text } from "./texts";
import type { Call, HomeAssistant, Target } from "./types";

export type Verb =
  | "accept_call"
  | "refuse_call"
  | "hang_up"
  | "hold"
  | "resume"
  | "mute"
  | "unmute"
  | "transfer";

export interface Act {
  verb: Verb;
  call: Call;
  target?: Target;
}

export interface Sides {
  from: string;
  to: string;
}

const ICONS = {
  ringing: mdiPhoneRing,
  waiting: mdiTimerSand,
  talking: mdiPhoneInTalk,
  on_hold: mdiPhonePaused,
};

export class CallRow extends LitElement {
  @property({ attribute: false }) hass!: HomeAssistant;
  @property({ attribute: false }) entryId?: string;
  @property({ attribute: false }) call!: Call;
  @property() from = "";
  @property() to = "";
  @property({ type: Number }) since = 0;
  @property({ type: Number }) until = 0;
  @property({ type: Boolean }) busy = false;
  @property({ type: Boolean }) muted = false;
  /** In the popup, where there is more room. */
  @property({ type: Boolean, reflect: true }) large = false;

  @state() private isMoving = false;
  @state() private target?: Target;

  override render() {
    const { call } = this;
    const status = call.offered_until ? "ringing" : (call.status ?? "ringing");
    const isLoud = status === "ringing" && call.direction === "inbound";
    return html`<div class="call ${status} ${isLoud ? "loud" : ""}">
      <div class="sign">${icon(ICONS[status])}</div>
      <div class="who">
        <div class="sides">
          <bdi class="cut name">${this.from}</bdi>
          ${icon(mdiArrowRight, "small arrow")}
          <bdi class="cut name">${this.to}</bdi>
        </div>
        <div class="dim cut">
          ${call.offered_until ? text("asks") : text(`status_${status}`)}
          <yeastar-since .since=${this.since}></yeastar-since>
          ${this.more(call.from_name && call.direction === "inbound" ? call.from : "")}
          ${this.more(call.trunk ?? "")}
        </div>
      </div>
      ${call.control ? html`<div class="buttons">${this.buttons(status)}</div>` : nothing}
      ${this.isMoving ? this.transferPanel() : nothing}
    </div>`;
  }

  private more(value: string): TemplateResult | typeof nothing {
    return value ? html`· <bdi>${value}</bdi>` : nothing;
  }

  private buttons(status: string): unknown {
    const { call } = this;
    if (call.offered_until) {
      const seconds = Math.max(0, (this.until - Date.now()) / 1000);
      return html`${this.button("refuse_call", mdiPhoneOff, "filled end")}
        <span class="accept" style="--left: ${seconds}s">
          ${this.button("accept_call", mdiPhone, "filled go")}
        </span>`;
    }
    const isTalking = status === "talking";
    const isHeld = status === "on_hold";
    return html`
      ${isTalking
        ? this.muted
          ? this.button("unmute", mdiMicrophoneOff, "on")
          : this.button("mute", mdiMicrophone)
        : nothing}
      ${isTalking ? this.button("hold", mdiPause) : nothing}
      ${isHeld ? this.button("resume", mdiPlay, "on") : nothing}
      ${call.transferable && (isTalking || isHeld || call.direction === "inbound")
        ? html`<button
            class="round ${this.isMoving ? "on" : ""}"
            aria-label=${this.named("transfer")}
            title=${text("transfer")}
            aria-expanded=${this.isMoving}
            @click=${this.toggleTransfer}
          >
            ${icon(mdiPhoneForward)}
          </button>`
        : nothing}
      ${this.button("hang_up", mdiPhoneHangup, "filled end")}
    `;
  }

  private button(verb: Verb, path: string, classes = ""): TemplateResult {
    return html`<button
      class="round ${classes}"
      aria-label=${this.named(verb)}
      title=${text(verb)}
      ?disabled=${this.busy}
      @click=${() => this.act(verb)}
    >
      ${icon(path)}
    </button>`;
  }

  /** Which call a button is for, for those who do not see where it is. */
  private named(verb: Verb): string {
    return `${text(verb)}: ${this.from}, ${this.to}`;
  }

  private transferPanel(): TemplateResult {
    return html`<div class="panel" role="group" aria-label=${text("transfer")}>
      <yeastar-picker
        .hass=${this.hass}
        .entryId=${this.entryId}
        .label=${text("transfer_to")}
        .target=${this.target}
        @picker-changed=${(event: CustomEvent<Target | undefined>) => {
          this.target = event.detail;
        }}
        @picker-enter=${this.move}
      ></yeastar-picker>
      <button
        class="round filled go"
        aria-label=${text("transfer_now")}
        title=${text("transfer_now")}
        ?disabled=${!this.target || this.busy}
        @click=${this.move}
      >
        ${icon(mdiPhoneForward)}
      </button>
      <button class="round" aria-label=${text("cancel")} @click=${this.toggleTransfer}>
        ${icon(mdiClose)}
      </button>
    </div>`;
  }

  private async toggleTransfer(): Promise<void> {
    this.isMoving = !this.isMoving;
    this.target = undefined;
    await this.updateComplete;
    const next = this.isMoving ? "yeastar-picker" : "[aria-expanded]";
    this.renderRoot.querySelector<HTMLElement>(next)?.focus();
  }

  private move(): void {
    if (this.target) this.act("transfer", this.target);
    this.isMoving = false;
    this.target = undefined;
  }

  private act(verb: Verb, target?: Target): void {
    const detail: Act = { verb, call: this.call, target };
    this.dispatchEvent(new CustomEvent("act", { detail, bubbles: true, composed: true }));
  }

  static override styles = [
    shared,
    css`
      .call {
        --tone: var(--talk);
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 12px;
        padding: 8px 12px;
        border-radius: var(--round);
        background: color-mix(in srgb, var(--tone) 9%, transparent);
      }
      .ringing,
      .waiting {
        --tone: var(--ring);
      }
      .on_hold {
        --tone: var(--hold);
      }
      .sign {
        width: 40px;
        height: 40px;
        border-radius: 50%;
        display: grid;
        place-items: center;
        color: var(--tone);
        background: color-mix(in srgb, var(--tone) 18%, transparent);
      }
      .loud .sign {
        animation: pulse 1.2s ease-out infinite;
      }
      .loud .sign .icon {
        animation: shake 1.2s ease-in-out infinite;
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
      @keyframes shake {
        0%,
        40%,
        100% {
          rotate: 0deg;
        }
        10%,
        30% {
          rotate: -14deg;
        }
        20% {
          rotate: 14deg;
        }
      }
      .who {
        flex: 1 1 190px;
        min-width: 0;
      }
      .sides {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      .name {
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .arrow {
        color: var(--secondary-text-color);
        width: 16px;
      }
      .arrow:dir(rtl) {
        scale: -1 1;
      }
      .dim {
        font-size: var(--ha-font-size-s, 12px);
        line-height: 1.5;
      }
      .buttons {
        display: flex;
        gap: 4px;
        margin-inline-start: auto;
      }
      .accept {
        position: relative;
        display: inline-grid;
      }
      .accept::after {
        content: "";
        position: absolute;
        inset: -3px;
        border-radius: 50%;
        pointer-events: none;
        padding: 3px;
        background: conic-gradient(var(--idle) var(--angle), transparent 0);
        mask:
          linear-gradient(#000 0 0) content-box exclude,
          linear-gradient(#000 0 0);
        animation: left var(--left) linear forwards;
      }
      @keyframes left {
        from {
          --angle: 360deg;
        }
        to {
          --angle: 0deg;
        }
      }
      .panel {
        flex: 1 0 100%;
        display: flex;
        align-items: center;
        gap: 8px;
        padding-block: 4px;
      }
      .panel yeastar-picker {
        flex: 1;
      }
      :host([large]) .call {
        background: none;
        padding: 0;
      }
      :host([large]) .name {
        font-size: var(--ha-font-size-xl, 20px);
      }
      :host([large]) .sign {
        width: 56px;
        height: 56px;
      }
    `,
  ];
}

// Without this, the ring around the button could not shrink smoothly.
try {
  CSS.registerProperty({
    name: "--angle",
    syntax: "<angle>",
    inherits: false,
    initialValue: "360deg",
  });
} catch {
  // The file was loaded twice.
}
