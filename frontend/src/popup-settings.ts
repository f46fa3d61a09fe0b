// A dialog in which users choose how they hear of incoming calls, each for themselves.
import { LitElement, css, html, type TemplateResult } from "lit";
import { query, state } from "lit/decorators.js";
import { mayCall } from "./card";
import { settings, type Here, type Settings } from "./settings";
import { shared } from "./styles";
import { text } from "./texts";
import type { Extension, HomeAssistant } from "./types";

type Switch = "everywhere" | "ring" | "notify";

const HERE: Here[] = ["", "on", "off"];

export class PopupSettings extends LitElement {
  @state() private hass?: HomeAssistant;
  @state() private phones: Extension[] = [];
  @query("dialog") private dialog!: HTMLDialogElement;
  private unlisten?: () => void;

  override connectedCallback(): void {
    super.connectedCallback();
    this.unlisten = settings.listen(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unlisten?.();
  }

  async open(hass: HomeAssistant, phones: Extension[]): Promise<void> {
    this.hass = hass;
    this.phones = phones.filter(mayCall);
    await this.updateComplete;
    this.dialog.showModal();
  }

  override render() {
    if (!this.hass) return html``;
    const { value, here } = settings;
    return html`<dialog aria-labelledby="title" @click=${this.clicked}>
      <form method="dialog">
        <h2 id="title">${text("popup_settings")}</h2>
        ${this.switch("everywhere")}
        ${this.select(
          "here",
          HERE.map((one) => [one, text(`here_${one || "same"}`)]),
          here,
          (chosen) => settings.setHere(chosen as Here),
        )}
        ${this.select(
          "phone",
          [
            ["", text("last_used")],
            ...this.phones.map(({ number, name }) => [number, `${name} (${number})`]),
          ] as [string, string][],
          value.phone ?? "",
          (phone) => this.change({ phone }),
        )}
        ${this.select(
          "whose",
          [
            ["", text("whose_all")],
            ["mine", text("whose_mine")],
          ],
          value.only_mine ? "mine" : "",
          (chosen) => this.change({ only_mine: !!chosen }),
        )}
        ${this.switch("ring")} ${this.switch("notify", this.whyNoNotification())}
        <button class="done" autofocus>${text("done")}</button>
      </form>
    </dialog>`;
  }

  private switch(name: Switch, obstacle?: string): TemplateResult {
    const isOn = !!settings.value[name] && !obstacle;
    const help = obstacle ?? text(`help_${name}`);
    return html`<label class="line">
      <span class="words">
        <span>${text(`field_${name}`)}</span>
        <span class="dim" id=${`help-${name}`}>${help}</span>
      </span>
      <input
        type="checkbox"
        role="switch"
        name=${name}
        aria-describedby=${`help-${name}`}
        .checked=${isOn}
        ?disabled=${!!obstacle}
        @change=${(event: Event) => this.set(name, (event.target as HTMLInputElement).checked)}
      />
    </label>`;
  }

  private select(
    name: string,
    options: [value: string, label: string][],
    chosen: string,
    choose: (value: string) => void,
  ): TemplateResult {
    return html`<label class="line">
      <span class="words" aria-hidden="true">${text(`field_${name}`)}</span>
      <select
        name=${name}
        aria-label=${text(`field_${name}`)}
        @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}
      >
        ${options.map(
          ([value, label]) =>
            html`<option value=${value} .selected=${value === chosen}>${label}</option>`,
        )}
      </select>
    </label>`;
  }

  private whyNoNotification(): string | undefined {
    if (!("Notification" in window) || !window.isSecureContext) return text("notify_needs_https");
    return Notification.permission === "denied" ? text("notify_blocked") : undefined;
  }

  private async set(name: Switch, isOn: boolean): Promise<void> {
    if (name === "notify" && isOn) await Notification.requestPermission();
    this.change({ [name]: isOn });
    this.requestUpdate();
  }

  private change(changes: Partial<Settings>): void {
    settings.change(this.hass!, changes).catch(() => undefined);
  }

  /** A click beside the dialog closes it. */
  private clicked(event: Event): void {
    if (event.target === this.dialog) this.dialog.close();
  }

  static override styles = [
    shared,
    css`
      :host {
        display: contents;
      }
      dialog {
        box-sizing: border-box;
        width: min(440px, calc(100vw - 32px));
        max-height: calc(100dvh - 32px);
        padding: 0;
        border: none;
        border-radius: var(--ha-border-radius-xl, 20px);
        color: var(--primary-text-color);
        background: var(--card-background-color, #fff);
        box-shadow: 0 8px 32px rgb(0 0 0 / 0.4);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 0.4);
      }
      form {
        display: flex;
        flex-direction: column;
        gap: 16px;
        padding: 24px;
      }
      h2 {
        font-size: var(--ha-font-size-xl, 20px);
      }
      .line {
        display: flex;
        align-items: center;
        gap: 16px;
        min-height: 44px;
      }
      .words {
        flex: 1;
        display: flex;
        flex-direction: column;
        min-width: 0;
      }
      .words .dim {
        font-size: var(--ha-font-size-s, 12px);
      }
      .line select {
        flex: 0 1 200px;
        min-width: 0;
        height: 44px;
        border: none;
        border-radius: 8px;
        padding: 0 12px;
        color: var(--primary-text-color);
        background: color-mix(in srgb, var(--primary-text-color) 8%, var(--card-background-color, #fff));
      }
      option {
        color: initial;
      }
      input[role="switch"] {
        appearance: none;
        position: relative;
        flex: none;
        width: 52px;
        height: 32px;
        border-radius: 16px;
        cursor: pointer;
        background: color-mix(in srgb, var(--primary-text-color) 45%, transparent);
        transition: background-color 120ms;
      }
      input[role="switch"]::after {
        content: "";
        position: absolute;
        top: 4px;
        inset-inline-start: 4px;
        width: 24px;
        height: 24px;
        border-radius: 50%;
        background: #fff;
        transition: translate 120ms;
      }
      input[role="switch"]:checked {
        background: var(--primary-color);
      }
      input[role="switch"]:checked::after {
        translate: 20px;
      }
      input[role="switch"]:checked:dir(rtl)::after {
        translate: -20px;
      }
      input:disabled {
        cursor: default;
        opacity: 0.4;
      }
      .done {
        align-self: flex-end;
        min-height: 44px;
        padding: 0 24px;
        border-radius: 22px;
        font-weight: var(--ha-font-weight-medium, 500);
        color: var(--text-primary-color, #fff);
        background: color-mix(in srgb, var(--primary-color) 80%, #000);
      }
    `,
  ];
}
