// What the two cards have in common.
import { LitElement, css, html, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import type { Feed } from "./feed";
import { shared } from "./styles";
import { loadTexts, text } from "./texts";
import type { CardConfig, Extension, HomeAssistant } from "./types";

const LAST_PHONE = "yeastar-phone";

/** A phone in the configuration: its device, its number or its state entity. */
export const means = (extension: Extension, wanted: string): boolean =>
  extension.device_id === wanted || extension.number === wanted || extension.entity_id === wanted;

/** Whether a phone may call without being named: it is shown, and the user controls it. */
export const mayCall = (extension: Extension | undefined): boolean =>
  !!extension?.control && !!extension.device_id;

export abstract class Card<C extends CardConfig> extends LitElement {
  @state() protected config?: C;
  @state() protected busy = false;
  /** Set by Home Assistant in the card picker and the editor. */
  preview = false;

  protected abstract feed: Feed;
  private _hass?: HomeAssistant;
  private isWaitingForTexts = true;

  setConfig(config: C): void {
    this.config = config;
    if (this._hass) this.feed.follow(this._hass, config.config_entry_id);
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
    if (this.config) this.feed.follow(hass, this.config.config_entry_id);
    // Home Assistant changes all the time, but hardly ever in what is shown here.
    if (!before || before.language !== hass.language || this.concerns(before, hass)) {
      this.requestUpdate();
    }
  }

  get hass(): HomeAssistant {
    return this._hass!;
  }

  protected concerns(_before: HomeAssistant, _now: HomeAssistant): boolean {
    return false;
  }

  protected override shouldUpdate(): boolean {
    return !!this._hass && !!this.config && !this.isWaitingForTexts;
  }

  protected get entryId(): string | undefined {
    return this.feed.pbx?.config_entry_id;
  }

  /** The phone that calls, if the user did not choose: the configured, the last, any. */
  protected usualPhone(): string {
    const wanted = this.config?.phone;
    const phones = [...this.feed.extensions.values()].filter(
      (row) => mayCall(row) || (row.control && wanted && means(row, wanted)),
    );
    const last = localStorage.getItem(LAST_PHONE);
    const found =
      (wanted && phones.find((row) => means(row, wanted))) ||
      phones.find((row) => row.number === last) ||
      phones[0];
    return found ? found.number : "";
  }

  protected remember(phone: string): void {
    localStorage.setItem(LAST_PHONE, phone);
  }

  /** Perform an action of the integration; what fails Home Assistant tells by itself. */
  protected async perform(action: string, data: Record<string, unknown>): Promise<boolean> {
    this.busy = true;
    try {
      await this.hass.callService("yeastar", action, { config_entry_id: this.entryId, ...data });
      return true;
    } catch {
      return false;
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

  /** What to say instead of the card's content, if there is none. */
  protected problem(): TemplateResult | undefined {
    const { feed } = this;
    const key = feed.error === "choose_pbx" || feed.error === "not_found" ? feed.error : "waiting";
    if (feed.pbx && feed.loaded && (!feed.error || !feed.available)) return undefined;
    if (feed.loaded === undefined && !feed.error) return html`<div class="message"></div>`;
    return html`<div class="message" role="status">${text(key)}</div>`;
  }

  protected heading(fallback: string): string {
    return this.config?.title ?? fallback;
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
      .stale {
        opacity: 0.55;
      }
    `,
  ];
}
