// An incoming call across the whole page: the loudest thing there is.
import { mdiClose } from "@mdi/js";
import { css, html, nothing } from "lit";
import { Calls, isLoud, type CallsConfig } from "./calls";
import { Card } from "./card";
import { icon } from "./icons";
import { focused } from "./page";
import { text } from "./texts";
import type { Call, FeedMessage } from "./types";

const LOOK_AGAIN = 1000;

/** The calls that were dismissed, on whichever pop-up. */
const dismissed = new Set<string>();

export class Popup extends Calls<CallsConfig> {
  private static all = new Set<Popup>();
  /** The one that is open: several cards of a page may have one. */
  private static shown?: Popup;

  /** Whether it is shown instead of those of the cards. */
  protected readonly isFirst: boolean = false;
  /** What the card that it is on is configured to. */
  set settings(config: CallsConfig) {
    this.setConfig(config);
  }

  private isOpen = false;
  private returnTo?: HTMLElement | null;
  private timer?: number;

  override connectedCallback(): void {
    super.connectedCallback();
    Popup.all.add(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    Popup.all.delete(this);
    this.close();
  }

  protected override told(message: FeedMessage): boolean {
    for (const callId of message.calls_gone ?? []) dismissed.delete(callId);
    return super.told(message);
  }

  /** The calls that it is about, the loudest first; nothing is known of those of a lost PBX. */
  protected loud(): Call[] {
    if (!this.feed.isLive) return [];
    return this.sortedCalls().filter((call) => isLoud(call) && !dismissed.has(call.call_id));
  }

  protected override render() {
    const [call, ...others] = this.loud();
    const { shown } = Popup;
    if (shown && shown !== this && (shown.isFirst || !this.isFirst)) return nothing;
    if (!call) return nothing;
    return html`<dialog
      popover="manual"
      role="alertdialog"
      tabindex="-1"
      autofocus
      aria-label=${text("incoming")}
      aria-describedby="sentence"
      @act=${this.act}
      @cancel=${(event: Event) => {
        event.preventDefault();
        this.dismiss(call);
      }}
    >
      <div class="inner">
        <div id="sentence" class="hidden" aria-live="assertive">${this.sentence(call)}</div>
        ${this.callRow(call, true)}
        <div class="side">
          <button
            class="round"
            aria-label=${text("dismiss")}
            title=${text("dismiss")}
            @click=${() => this.dismiss(call)}
          >
            ${icon(mdiClose)}
          </button>
          ${others.length
            ? html`<span class="chip" title=${text("more_calls", { count: others.length })}>
                <span aria-hidden="true">+${others.length}</span>
                <span class="hidden">${text("more_calls", { count: others.length })}</span>
              </span>`
            : nothing}
        </div>
      </div>
    </dialog>`;
  }

  protected override updated(): void {
    const dialog = this.renderRoot.querySelector("dialog");
    if (!dialog) this.close();
    else if (!this.isOpen) this.open(dialog);
  }

  private open(dialog: HTMLDialogElement): void {
    this.isOpen = true;
    Popup.shown?.requestUpdate();
    Popup.shown = this;
    this.returnTo = focused();
    dialog.showPopover();
    this.raise();
    // Not a button: who is typing would press it.
    dialog.focus({ preventScroll: true });
    this.timer = window.setInterval(() => this.raise(), LOOK_AGAIN);
    window.addEventListener("keydown", this.key);
  }

  private close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    if (Popup.shown === this) {
      Popup.shown = undefined;
      for (const other of Popup.all) other.requestUpdate();
    }
    clearInterval(this.timer);
    window.removeEventListener("keydown", this.key);
    if ([null, document.body].includes(focused())) this.returnTo?.focus({ preventScroll: true });
    this.returnTo = undefined;
  }

  /** Nothing outside a modal dialog of the page can be used, unless it is one as well. */
  private raise(): void {
    const dialog = this.renderRoot.querySelector("dialog");
    if (!dialog?.matches(":popover-open")) return;
    const { x, y, width, height } = dialog.getBoundingClientRect();
    const root = this.renderRoot as ShadowRoot;
    const top = root.elementFromPoint(x + width / 2, y + height - 2);
    if (top && dialog.contains(top)) return;
    dialog.hidePopover();
    dialog.showModal();
  }

  private key = (event: KeyboardEvent): void => {
    const [call] = this.loud();
    if (event.key !== "Escape" || event.defaultPrevented || !call) return;
    event.preventDefault();
    this.dismiss(call);
  };

  private dismiss(call: Call): void {
    dismissed.add(call.call_id);
    this.requestUpdate();
  }

  static override styles = [
    ...Card.styles,
    css`
      :host {
        display: contents;
      }
      dialog {
        box-sizing: border-box;
        position: fixed;
        inset: 0 0 auto;
        width: 100%;
        max-width: none;
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
      dialog:focus-visible {
        outline: none;
      }
      dialog::backdrop {
        background: none;
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
        min-width: 0;
      }
      .side {
        display: flex;
        flex-direction: row-reverse;
        align-items: center;
        gap: 8px;
      }
      .chip {
        font-size: var(--ha-font-size-m, 14px);
      }
      @media (max-width: 600px) {
        .inner {
          align-items: start;
        }
        .side {
          flex-direction: column;
        }
      }
    `,
  ];
}
