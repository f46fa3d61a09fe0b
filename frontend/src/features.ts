// Features for Home Assistant's own tile card, of the entity that says what a phone does.
import { mdiBellOff, mdiBellOffOutline, mdiPhone, mdiPhoneHangup } from "@mdi/js";
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { icon } from "./icons";
import { shared } from "./styles";
import { Switching } from "./switching";
import { loadTexts, text } from "./texts";
import type { Entity, HomeAssistant, Target } from "./types";

interface Context {
  entity_id?: string;
}

const IN_A_CALL = ["ringing", "in_call", "on_hold"];
const GONE = ["unavailable", "unknown", "unregistered"];

const entityOf = (hass: HomeAssistant, { entity_id: entityId }: Context): Entity | undefined =>
  entityId ? hass.entities[entityId] : undefined;

export const isPhone = (hass: HomeAssistant, context: Context): boolean => {
  const entity = entityOf(hass, context);
  return entity?.platform === "yeastar" && entity.translation_key === "extension_state";
};

/** The switch of the phone for do not disturb. */
const quietSwitch = (hass: HomeAssistant, context: Context): string | undefined => {
  const phone = entityOf(hass, context)?.device_id;
  return Object.values(hass.entities).find(
    (entity) =>
      entity?.device_id === phone &&
      entity?.platform === "yeastar" &&
      entity.translation_key === "do_not_disturb",
  )?.entity_id;
};

export const hasQuiet = (hass: HomeAssistant, context: Context): boolean =>
  isPhone(hass, context) && !!quietSwitch(hass, context);

abstract class Feature extends LitElement {
  @state() protected busy = false;
  private _context?: Context;
  private _hass?: HomeAssistant;
  private isWaitingForTexts = true;

  setConfig(_config: object): void {
    // Each does one thing in one way.
  }

  set context(context: Context) {
    if (context === this._context) return;
    this._context = context;
    this.requestUpdate();
  }

  set hass(hass: HomeAssistant) {
    const before = this._hass;
    this._hass = hass;
    const loading = loadTexts(hass);
    this.isWaitingForTexts = !!loading;
    loading?.then(() => {
      this.isWaitingForTexts = false;
      this.requestUpdate();
    });
    if (!before || before.language !== hass.language || this.concerns(before, hass)) {
      this.requestUpdate();
    }
  }

  get hass(): HomeAssistant {
    return this._hass!;
  }

  protected get entityId(): string {
    return this._context!.entity_id!;
  }

  protected get state(): string {
    return this.hass.states[this.entityId]?.state ?? "unavailable";
  }

  /** The phone, as actions take it. */
  protected get phone(): string {
    return this.hass.entities[this.entityId]!.device_id!;
  }

  protected override shouldUpdate(): boolean {
    const { _hass: hass, _context: context } = this;
    return !!hass && !!context && isPhone(hass, context) && !this.isWaitingForTexts;
  }

  protected concerns(before: HomeAssistant, now: HomeAssistant): boolean {
    const entityId = this._context?.entity_id;
    return !!entityId && before.states[entityId] !== now.states[entityId];
  }

  protected async perform(action: string, data: object = {}): Promise<boolean> {
    this.busy = true;
    try {
      await this.hass.callService("yeastar", action, { extension: this.phone, ...data });
      return true;
    } catch {
      // Home Assistant says so by itself.
      return false;
    } finally {
      this.busy = false;
    }
  }

  protected button(
    title: string,
    path: string,
    press: () => void,
    more: { classes?: string; disabled?: boolean; pressed?: boolean; pending?: boolean } = {},
  ): TemplateResult {
    return html`<button
      class="feature ${more.classes ?? ""} ${more.pending ? "pending" : ""}"
      title=${title}
      aria-pressed=${more.pressed ?? nothing}
      aria-busy=${more.pending ?? nothing}
      ?disabled=${!!more.disabled || this.busy}
      @click=${press}
    >
      ${icon(path, "small")}<span class="cut">${title}</span>
    </button>`;
  }

  static override styles = [
    shared,
    css`
      .feature {
        box-sizing: border-box;
        display: flex;
        align-items: center;
        justify-content: center;
        gap: 8px;
        width: 100%;
        height: var(--feature-height, 42px);
        padding: 0 12px;
        border-radius: var(--feature-border-radius, 12px);
        background: color-mix(in srgb, var(--fill, var(--feature-color)) 20%, transparent);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .feature[aria-pressed="true"] {
        color: #fff;
        background: color-mix(in srgb, var(--feature-color) 75%, #000);
      }
      .pending {
        animation: wait 1.2s ease-in-out infinite;
      }
      @keyframes wait {
        50% {
          opacity: 0.35;
        }
      }
    `,
  ];
}

/** A field to dial with the phone. */
export class CallFeature extends Feature {
  static getStubConfig() {
    return { type: "custom:yeastar-call-feature" };
  }

  @state() private target?: Target;
  /** Whether the phone rings for what was dialled here. */
  @state() private hasDialled = false;

  protected override willUpdate(): void {
    if (this.state !== "ringing" && this.state !== "idle") this.hasDialled = false;
  }

  protected override render() {
    if (this.hasDialled && this.state === "ringing") {
      return html`<div class="feature loud" role="status">
        <span class="cut">${text("pick_up_this")}</span>
      </div>`;
    }
    const isGone = GONE.includes(this.state);
    return html`<div class="row" role="group" aria-label=${text("dial_group")}>
      <yeastar-picker
        .hass=${this.hass}
        .entryId=${this.hass.devices[this.phone]?.config_entries[0]}
        .label=${text("name_or_number")}
        .target=${this.target}
        .disabled=${isGone}
        @picker-changed=${(event: CustomEvent<Target | undefined>) => {
          this.target = event.detail;
        }}
        @picker-enter=${this.dial}
      ></yeastar-picker>
      <button
        class="round filled go"
        aria-label=${text("call")}
        title=${text("call")}
        ?disabled=${!this.target || isGone || this.busy}
        @click=${this.dial}
      >
        ${icon(mdiPhone, "small")}
      </button>
    </div>`;
  }

  private async dial(): Promise<void> {
    if (!this.target || this.busy) return;
    this.hasDialled = true;
    const isDone = await this.perform("dial", { number: this.target.number });
    if (isDone) this.target = undefined;
    else this.hasDialled = false;
  }

  static override styles = [
    ...super.styles,
    css`
      .row {
        display: flex;
        align-items: center;
        gap: 8px;
        --height: var(--feature-height, 42px);
      }
      yeastar-picker {
        flex: 1;
        min-width: 0;
      }
      .round {
        width: var(--height);
        height: var(--height);
        border-radius: var(--feature-border-radius, 12px);
      }
      .loud {
        --fill: var(--ring);
      }
    `,
  ];
}

export class QuietFeature extends Feature {
  static getStubConfig() {
    return { type: "custom:yeastar-do-not-disturb-feature" };
  }

  private switching = new Switching(this);

  private get quiet(): string | undefined {
    return quietSwitch(this.hass, { entity_id: this.entityId });
  }

  protected override concerns(before: HomeAssistant, now: HomeAssistant): boolean {
    const entityId = this.hasUpdated ? this.quiet : undefined;
    return !!entityId && before.states[entityId] !== now.states[entityId];
  }

  protected override render() {
    const entityId = this.quiet;
    if (!entityId) return nothing;
    const { isOn, isPending } = this.switching.shown(this.hass, entityId);
    return this.button(
      isPending ? text("pending") : text("do_not_disturb"),
      isOn ? mdiBellOff : mdiBellOffOutline,
      () => this.switching.toggle(this.hass, entityId),
      {
        pressed: isOn,
        pending: isPending,
        disabled: isPending || this.hass.states[entityId]?.state === "unavailable",
      },
    );
  }
}

export class HangUpFeature extends Feature {
  static getStubConfig() {
    return { type: "custom:yeastar-hang-up-feature" };
  }

  protected override render() {
    const hangUp = (): void => void this.perform("hang_up");
    const disabled = !IN_A_CALL.includes(this.state);
    return this.button(text("hang_up"), mdiPhoneHangup, hangUp, { classes: "end", disabled });
  }
}
