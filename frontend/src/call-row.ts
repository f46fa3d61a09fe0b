// One living call with what can be done about it.
import {
  mdiAccountMultiplePlus,
  mdiAccountVoice,
  mdiArrowRight,
  mdiCheck,
  mdiClose,
  mdiMicrophone,
  mdiMicrophoneOff,
  mdiParking,
  mdiPause,
  mdiPhone,
  mdiPhoneForward,
  mdiPhoneHangup,
  mdiPhoneIncoming,
  mdiPhoneInTalk,
  mdiPhoneOff,
  mdiPhonePaused,
  mdiPhoneRing,
  mdiPlay,
  mdiRecord,
  mdiRecordCircleOutline,
  mdiTimerSand,
  mdiUndo,
} from "@mdi/js";
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { keyed } from "lit/directives/keyed.js";
import { avatar } from "./avatar";
import { icon } from "./icons";
import { shared } from "./styles";
import { text } from "./texts";
import type { Ability, Call, DestinationKind, HomeAssistant, Target } from "./types";

export type Verb =
  | "accept_call"
  | "refuse_call"
  | "hang_up"
  | "hold"
  | "resume"
  | "mute"
  | "unmute"
  | "take"
  | "transfer"
  | "ask_first"
  | "complete"
  | "take_back"
  | "invite"
  | "park"
  | "record"
  | "pause_recording"
  | "resume_recording";

/** What this page did; the PBX does not tell whether it records. */
export type Recording = "" | "on" | "paused";

export interface Act {
  verb: Verb;
  call: Call;
  target?: Target;
}

export interface Sides {
  from: string;
  /** Empty while the call is at no phone. */
  to: string;
}

const ICONS = {
  ringing: mdiPhoneRing,
  waiting: mdiTimerSand,
  talking: mdiPhoneInTalk,
  on_hold: mdiPhonePaused,
};

/** How long the PBX waits for a decision. */
const OFFER_SECONDS = 10;

export class CallRow extends LitElement {
  @property({ attribute: false }) hass!: HomeAssistant;
  @property({ attribute: false }) entryId?: string;
  @property({ attribute: false }) call!: Call;
  @property() from = "";
  @property() to = "";
  /** The name of the phone that could take the call over. */
  @property() takes = "";
  /** The name of the phone that has to be picked up first. */
  @property() pickUp = "";
  /** 0 while nothing is known of the call. */
  @property({ type: Number }) since = 0;
  @property({ type: Number }) until = 0;
  @property({ type: Boolean }) busy = false;
  @property({ type: Boolean }) muted = false;
  /** The user asks somebody else whether they take the call. */
  @property({ type: Boolean }) asking = false;
  @property() recording: Recording = "";
  @property({ attribute: false }) abilities: Ability[] = [];
  /** In the pop-up, where there is more room. */
  @property({ type: Boolean, reflect: true }) large = false;

  @state() private isMoving = false;
  @state() private target?: Target;

  override render() {
    const { call, from, to } = this;
    const status = call.offered_until ? "ringing" : (call.status ?? "ringing");
    const isRinging = !!this.pickUp || (status === "ringing" && call.direction === "inbound");
    // Inside the house no one is meant more than the other.
    const other = call.direction === "inbound" ? call.from_name : call.to_name;
    const details = [
      call.queue_name === to ? "" : call.queue_name,
      call.from_name && call.direction === "inbound" ? call.from : "",
      call.trunk,
    ].filter(Boolean);
    return html`<div class="call ${status} ${isRinging && this.since ? "loud" : ""}">
      ${avatar(call.direction === "internal" ? null : other, call.picture, ICONS[status])}
      <div class="who">
        <div class="sides">
          <bdi class="cut name" title=${from}>${from}</bdi>
          ${to
            ? html`${icon(mdiArrowRight, "small arrow")}
                <bdi class="cut name" title=${to}>${to}</bdi>`
            : nothing}
        </div>
        <div class="dim ${this.pickUp ? "" : "cut"}" title=${details.join(" · ")}>
          ${this.doing(status)}
          ${this.since ? html`<yeastar-since .since=${this.since}></yeastar-since>` : nothing}
          ${details.map((detail) => html`· <bdi>${detail}</bdi> `)}
        </div>
      </div>
      ${call.control ? html`<div class="buttons">${this.buttons(status)}</div>` : nothing}
      ${this.isMoving ? this.transferPanel() : nothing}
    </div>`;
  }

  private doing(status: string): TemplateResult | string {
    if (this.pickUp) {
      return html`<strong class="do">${text("pick_up", { phone: this.pickUp })}</strong>`;
    }
    return this.call.offered_until ? text("asks") : text(`status_${status}`);
  }

  private buttons(status: string): unknown {
    const { call } = this;
    if (call.offered_until) {
      return html`${this.button("refuse_call", mdiPhoneOff, "filled end")}
        <span class="accept">
          ${this.button("accept_call", mdiPhone, "filled go")}
          ${this.since ? this.ring() : nothing}
        </span>`;
    }
    const isTalking = status === "talking";
    const isHeld = status === "on_hold";
    if (this.asking) {
      return html`${this.button("take_back", mdiUndo)}
        ${this.button("complete", mdiCheck, "filled go")}`;
    }
    return html`
      ${isTalking
        ? this.muted
          ? this.button("unmute", mdiMicrophoneOff, "on")
          : this.button("mute", mdiMicrophone)
        : nothing}
      ${isTalking ? this.button("hold", mdiPause) : nothing}
      ${isHeld ? this.button("resume", mdiPlay, "on") : nothing}
      ${isTalking && this.can("record_calls")
        ? this.recordButton()
        : nothing}
      ${(isTalking || isHeld) && this.can("parking") ? this.button("park", mdiParking) : nothing}
      ${call.transferable && (isTalking || isHeld || call.direction === "inbound")
        ? html`<button
            class="round ${this.isMoving ? "on" : ""}"
            aria-label=${this.named(text("transfer"))}
            title=${text("transfer")}
            aria-expanded=${this.isMoving}
            ?disabled=${this.busy}
            @click=${this.toggleTransfer}
          >
            ${icon(mdiPhoneForward)}
          </button>`
        : nothing}
      ${this.takes
        ? this.button("take", mdiPhoneIncoming, "filled go", text("take", { phone: this.takes }))
        : nothing}
      ${this.button("hang_up", mdiPhoneHangup, "filled end")}
    `;
  }

  private recordButton(): TemplateResult {
    switch (this.recording) {
      case "on":
        return this.button("pause_recording", mdiRecord, "on");
      case "paused":
        return this.button("resume_recording", mdiRecordCircleOutline, "on");
      default:
        return this.button("record", mdiRecordCircleOutline);
    }
  }

  private can(ability: Ability): boolean {
    return this.abilities.includes(ability);
  }

  /** The time that is left to decide; made once, since a change would make it jump. */
  private ring(): unknown {
    const second = Math.round(this.until / 1000);
    return keyed(
      `${this.call.call_id} ${second}`,
      guard([this.call.call_id, second], () => {
        const left = (this.until - Date.now()) / 1000;
        const seconds = Math.min(OFFER_SECONDS, Math.max(0, left));
        const angle = (360 * seconds) / OFFER_SECONDS;
        return html`<span
          class="ring"
          style="--left: ${seconds.toFixed(1)}s; --angle: ${angle.toFixed()}deg"
        ></span>`;
      }),
    );
  }

  private button(verb: Verb, path: string, classes = "", title = text(verb)): TemplateResult {
    const isFilled = classes.startsWith("filled");
    return html`<button
      class="round ${classes}"
      aria-label=${this.named(title)}
      title=${title}
      ?disabled=${this.busy}
      @click=${() => this.act(verb)}
    >
      ${icon(path)}${this.large && isFilled ? html`<span class="words">${title}</span>` : nothing}
    </button>`;
  }

  /** Which call a button is for, for those who do not see where it is. */
  private named(title: string): string {
    return `${title}: ${[this.from, this.to].filter(Boolean).join(", ")}`;
  }

  private transferPanel(): TemplateResult {
    return html`<div class="panel" role="group" aria-label=${text("transfer")}>
      <yeastar-picker
        .hass=${this.hass}
        .entryId=${this.entryId}
        .label=${text("transfer_to")}
        .target=${this.target}
        .destinations=${this.call.direction === "outbound" ? OF_OUTBOUND : OF_INBOUND}
        @picker-changed=${(event: CustomEvent<Target | undefined>) => {
          this.target = event.detail;
        }}
        @picker-enter=${() => this.move("transfer")}
      ></yeastar-picker>
      ${this.call.answered && this.can("attended_transfer")
        ? this.choice("ask_first", mdiAccountVoice)
        : nothing}
      ${this.call.answered && this.can("conference")
        ? this.choice("invite", mdiAccountMultiplePlus)
        : nothing}
      ${this.choice("transfer_now", mdiPhoneForward, "filled go")}
      <button class="round" aria-label=${text("cancel")} @click=${this.toggleTransfer}>
        ${icon(mdiClose)}
      </button>
    </div>`;
  }

  private choice(
    name: "ask_first" | "invite" | "transfer_now",
    path: string,
    classes = "",
  ): TemplateResult {
    return html`<button
      class="round ${classes}"
      aria-label=${text(name)}
      title=${text(name)}
      ?disabled=${!this.target || this.busy || (name !== "transfer_now" && !!this.target.kind)}
      @click=${() => this.move(name === "transfer_now" ? "transfer" : name)}
    >
      ${icon(path)}
    </button>`;
  }

  private async toggleTransfer(): Promise<void> {
    this.isMoving = !this.isMoving;
    this.target = undefined;
    await this.updateComplete;
    const next = this.isMoving ? "yeastar-picker" : "[aria-expanded]";
    this.renderRoot.querySelector<HTMLElement>(next)?.focus();
  }

  private move(verb: Verb): void {
    if (this.target) this.act(verb, this.target);
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
      .loud .lamp {
        animation: pulse 1.2s ease-out infinite;
      }
      .loud .lamp .icon {
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
      .do {
        color: var(--primary-text-color);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 4px;
        margin-inline-start: auto;
      }
      .accept {
        position: relative;
        display: inline-grid;
      }
      .ring {
        position: absolute;
        inset: -3px;
        border-radius: 999px;
        pointer-events: none;
        padding: 3px;
        background: conic-gradient(var(--idle) var(--angle), transparent 0);
        mask:
          linear-gradient(#000 0 0) content-box exclude,
          linear-gradient(#000 0 0);
        animation: left var(--left) linear forwards;
      }
      @keyframes left {
        to {
          --angle: 0deg;
        }
      }
      .panel {
        flex: 1 0 100%;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: flex-end;
        gap: 8px;
        padding-block: 4px;
      }
      .panel yeastar-picker {
        flex: 1 1 150px;
      }
      :host([large]) .call {
        background: none;
        padding: 0;
      }
      :host([large]) .name {
        font-size: var(--ha-font-size-xl, 20px);
      }
      :host([large]) .who {
        flex-basis: 130px;
      }
      :host([large]) .lamp {
        --size: 56px;
      }
      :host([large]) .buttons {
        gap: 12px;
      }
      :host([large]) .filled {
        display: inline-flex;
        align-items: center;
        gap: 8px;
        width: auto;
        min-width: 44px;
        border-radius: 22px;
        padding-inline: 16px 20px;
      }
    `,
  ];
}

// The PBX moves an outbound call to no group (API guide, transfer).
const OF_INBOUND: DestinationKind[] = ["ivr", "queue", "ring_group"];
const OF_OUTBOUND: DestinationKind[] = ["ivr"];

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
