// What all that shows a PBX has in common.
import { mdiCloudOffOutline } from "@mdi/js";
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { Follower, type Feed } from "./feed";
import { icon } from "./icons";
import { settings } from "./settings";
import { shared } from "./styles";
import { loadTexts, text } from "./texts";
import type { CardConfig, Extension, FeedMessage, HomeAssistant } from "./types";

const LAST_PHONE = "yeastar-phone";
const NO_PBX = ["choose_pbx", "not_found"];

/** A phone in the configuration: its device, its number or its state entity. */
export const means = (extension: Extension, wanted: string): boolean =>
  extension.device_id === wanted || extension.number === wanted || extension.entity_id === wanted;

/** Whether a phone may call without being named: it is shown, and the user controls it. */
export const mayCall = (extension: Extension | undefined): boolean =>
  !!extension?.control && !!extension.device_id;

/** Whether something is in a message, or the connection changed, apart from some parts. */
export const tells = (message: FeedMessage, ...apart: (keyof FeedMessage)[]): boolean => {
  const keys = Object.keys(message) as (keyof FeedMessage)[];
  return !keys.length || keys.some((key) => key !== "now" && !apart.includes(key));
};

export abstract class Card<C extends CardConfig> extends LitElement {
  @state() protected config?: C;
  @state() protected busy = false;
  /** Set by Home Assistant in the card picker and the editor. */
  preview = false;

  private follower = new Follower(this, (message) => this.told(message));
  private _hass?: HomeAssistant;
  private isWaitingForTexts = true;
  private forgetSettings?: () => void;

  override connectedCallback(): void {
    super.connectedCallback();
    // Which phone is the user's own.
    this.forgetSettings = settings.listen(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.forgetSettings?.();
  }

  setConfig(config: C): void {
    this.config = config;
    if (this._hass) this.follower.follow(this._hass.connection, config.config_entry_id);
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
    if (this.config) this.follower.follow(hass.connection, this.config.config_entry_id);
    // Home Assistant changes all the time, but hardly ever in what is shown here.
    if (
      !before ||
      before.language !== hass.language ||
      before.config.state !== hass.config.state ||
      this.concerns(before, hass)
    ) {
      this.requestUpdate();
    }
  }

  get hass(): HomeAssistant {
    return this._hass!;
  }

  protected get feed(): Feed {
    return this.follower.feed;
  }

  protected concerns(_before: HomeAssistant, _now: HomeAssistant): boolean {
    return false;
  }

  /** Learn from a message; returns false if nothing of it is shown here. */
  protected told(_message: FeedMessage): boolean {
    return true;
  }

  protected override shouldUpdate(): boolean {
    return !!this._hass && !!this.config && !this.isWaitingForTexts;
  }

  protected get entryId(): string | undefined {
    return this.feed.pbx?.config_entry_id;
  }

  /** The phone that calls, if the user did not choose: the configured, the last, any. */
  protected usualPhone(): string {
    const wanted = this.config?.phone || settings.value.phone;
    const last = localStorage.getItem(LAST_PHONE);
    let found: Extension | undefined;
    for (const row of this.feed.extensions.values()) {
      if (wanted && row.control && means(row, wanted)) return row.number;
      if (mayCall(row) && (!found || row.number === last)) found = row;
    }
    return found?.number ?? "";
  }

  protected remember(phone: string): void {
    localStorage.setItem(LAST_PHONE, phone);
  }

  protected name(number: string): string {
    return this.feed.extensions.get(number)?.name ?? number;
  }

  /** Perform an action of the integration; what fails Home Assistant tells by itself. */
  protected async perform(action: string, data: Record<string, unknown>): Promise<boolean> {
    return (await this.ask(action, data)) !== undefined;
  }

  /** Let a phone dial; returns the id of the call, undefined if it was refused. */
  protected async dialWith(extension: string, number: string): Promise<string | undefined> {
    const answer = await this.ask("dial", { extension, number }, true);
    return answer && String(answer["call_id"] ?? "");
  }

  private async ask(
    action: string,
    data: Record<string, unknown>,
    isAnswered = false,
  ): Promise<Record<string, unknown> | undefined> {
    this.busy = true;
    const fields = { config_entry_id: this.entryId, ...data };
    try {
      const result = await this.hass.callService(
        "yeastar",
        action,
        fields,
        undefined,
        true,
        isAnswered,
      );
      return result?.response ?? {};
    } catch {
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  protected moreInfo(entityId: string | null | undefined): void {
    const event = new CustomEvent("hass-more-info", {
      detail: { entityId },
      bubbles: true,
      composed: true,
    });
    this.dispatchEvent(event);
  }

  /** Why what is shown may be old. */
  protected trouble(): TemplateResult | typeof nothing {
    if (this.feed.isLive || !this.feed.loaded) return nothing;
    return html`<div class="trouble" role="status">
      ${icon(mdiCloudOffOutline)}${this.whyNot("away")}
    </div>`;
  }

  /** What to say instead of the card's content, if there is none. */
  protected problem(): TemplateResult | undefined {
    const { feed } = this;
    const hasNoPbx = !!feed.error && NO_PBX.includes(feed.error);
    if (feed.pbx && feed.loaded && !hasNoPbx) return undefined;
    if (feed.loaded === undefined && !feed.error) return html`<div class="message"></div>`;
    return html`<div class="message" role="status">
      ${hasNoPbx ? text(feed.error!) : this.whyNot("waiting")}
    </div>`;
  }

  private whyNot(usually: string): string {
    if (!this.feed.isConnected) return text("reconnecting");
    return this.hass.config.state === "RUNNING" ? text(usually) : text("starting");
  }

  static override styles = [
    shared,
    css`
      ha-card {
        box-sizing: border-box;
        height: 100%;
        display: flex;
        flex-direction: column;
        gap: 12px;
        padding: 12px;
      }
      .trouble {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 8px 12px;
        border-radius: var(--round);
        background: var(--soft);
      }
      .trouble .icon {
        color: var(--bad);
      }
      /* Paler text could not be read. */
      .stale {
        filter: grayscale(1);
      }
    `,
  ];
}
