// A field for a name or a number that offers what it could mean.
import {
  mdiAccount,
  mdiAccountClock,
  mdiAccountGroup,
  mdiFormatListNumbered,
  mdiPhoneClassic,
} from "@mdi/js";
import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { property, query, state } from "lit/decorators.js";
import { icon } from "./icons";
import { shared } from "./styles";
import { digits, plain, text } from "./texts";
import type { DestinationKind, HomeAssistant, Target } from "./types";

const MAX_OPTIONS = 8;

interface Option extends Target {
  path: string;
  key: string;
}

export interface PhoneBook {
  extensions: { number: string; name: string }[];
  contacts: { name: string; numbers: string[] }[];
  destinations?: { kind: DestinationKind; number: string; name: string }[];
}

const KINDS: Record<DestinationKind, string> = {
  ivr: mdiFormatListNumbered,
  queue: mdiAccountClock,
  ring_group: mdiAccountGroup,
};

export class Picker extends LitElement {
  @property({ attribute: false }) hass!: HomeAssistant;
  @property({ attribute: false }) entryId?: string;
  @property() label = "";
  /** What is offered beside phones and contacts. */
  @property({ attribute: false }) destinations: DestinationKind[] = [];
  /** Whether only digits are to be typed. */
  @property({ type: Boolean }) tel = false;
  @property({ type: Boolean }) disabled = false;
  /** What was picked; what was only typed has no name. */
  @property({ attribute: false }) target?: Target;

  @state() private open = false;
  @state() private active = -1;
  @state() private options: Option[] = [];
  private typed = "";
  private book?: Promise<Option[]>;
  @query("input") private input!: HTMLInputElement;

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("target") && this.target?.number !== this.typed) {
      this.typed = this.target?.name || this.target?.number || "";
    }
  }

  override render() {
    return html`<input
        type="text"
        role="combobox"
        inputmode=${this.tel ? "tel" : "text"}
        enterkeyhint="go"
        autocomplete="off"
        spellcheck="false"
        aria-autocomplete="list"
        aria-controls="options"
        aria-expanded=${this.open}
        aria-activedescendant=${this.active >= 0 ? `option-${this.active}` : nothing}
        aria-label=${this.label}
        placeholder=${this.label}
        .value=${this.typed}
        ?disabled=${this.disabled}
        @focus=${this.focused}
        @blur=${this.close}
        @input=${this.changed}
        @keydown=${this.key}
      />
      <ul id="options" role="listbox" aria-label=${this.label} ?hidden=${!this.open}>
        ${this.options.map(
          (option, index) =>
            html`<li
              id="option-${index}"
              role="option"
              aria-selected=${index === this.active}
              @pointerdown=${(event: Event) => event.preventDefault()}
              @click=${() => this.pick(option)}
            >
              ${icon(option.path)}
              <span class="who">
                <bdi class="cut">${option.name}</bdi>
                <span class="dim cut">
                  ${option.kind ? html`${text(`kind_${option.kind}`)} · ` : nothing}
                  <bdi dir="ltr">${option.number}</bdi>
                </span>
              </span>
            </li>`,
        )}
      </ul>`;
  }

  override focus(): void {
    this.input.focus();
  }

  /** Type a key of a dial pad; without one, take the last character back. */
  type(key?: string): void {
    this.input.value = key ? this.typed + key : this.typed.slice(0, -1);
    this.book ??= this.load();
    this.changed();
  }

  private focused(): void {
    // Asked anew each time: whoever was added meanwhile can be dialled.
    this.book = this.load();
    this.input.select();
  }

  private async load(): Promise<Option[]> {
    try {
      const book = await this.hass.callWS<PhoneBook>({
        type: "yeastar/phone_book",
        ...(this.destinations.length ? { destinations: true } : {}),
        ...(this.entryId ? { config_entry_id: this.entryId } : {}),
      });
      const contacts = book.contacts.flatMap(({ name, numbers }) =>
        numbers.map((number) => ({ name, number, path: mdiAccount })),
      );
      const phones = book.extensions.map((row) => ({ ...row, path: mdiPhoneClassic }));
      const others = (book.destinations ?? [])
        .filter(({ kind }) => this.destinations.includes(kind))
        .map((row) => ({ ...row, path: KINDS[row.kind] }));
      return [...contacts, ...phones, ...others].map((option) => ({
        ...option,
        key: plain(option.name),
      }));
    } catch {
      // A number can be dialled without a book.
      return [];
    }
  }

  private async changed(): Promise<void> {
    this.typed = this.input.value;
    this.tell(this.typed.trim() ? { number: this.typed.trim(), name: "" } : undefined);
    const typed = this.typed;
    const book = (await this.book) ?? [];
    if (typed === this.typed) this.search(book);
  }

  private search(book: Option[]): void {
    const wanted = plain(this.typed.trim());
    const number = digits(this.typed);
    const begins = (option: Option): boolean =>
      option.key.startsWith(wanted) || (!!number && digits(option.number).startsWith(number));
    const fits = (option: Option): boolean =>
      option.key.includes(wanted) || (number.length > 2 && digits(option.number).includes(number));
    this.options = wanted
      ? [...book.filter(begins), ...book.filter((o) => !begins(o) && fits(o))].slice(0, MAX_OPTIONS)
      : [];
    this.open = this.options.length > 0;
    this.active = -1;
  }

  private key(event: KeyboardEvent): void {
    const count = this.options.length;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        if (!this.open) return;
        event.preventDefault();
        this.active =
          event.key === "ArrowDown"
            ? (this.active + 1) % count
            : (Math.max(this.active, 0) + count - 1) % count;
        break;
      case "Enter":
        if (this.open && this.active >= 0) this.pick(this.options[this.active]!);
        else if (this.target) this.dispatchEvent(new CustomEvent("picker-enter"));
        this.close();
        break;
      case "Escape":
        if (this.open) event.stopPropagation();
        this.close();
        break;
    }
  }

  private pick(option: Option): void {
    this.typed = option.name;
    this.close();
    const { number, name, kind } = option;
    this.tell({ number, name, ...(kind ? { kind } : {}) });
  }

  private close(): void {
    this.open = false;
    this.active = -1;
  }

  private tell(target: Target | undefined): void {
    this.dispatchEvent(new CustomEvent("picker-changed", { detail: target }));
  }

  static override styles = [
    shared,
    css`
      :host {
        position: relative;
      }
      input {
        box-sizing: border-box;
        width: 100%;
        height: 44px;
        border: 1px solid transparent;
        border-bottom-color: var(--secondary-text-color);
        border-radius: 8px 8px 0 0;
        padding: 0 12px;
        background: var(--soft);
        outline-offset: 0;
      }
      input::placeholder {
        color: var(--secondary-text-color);
        opacity: 1;
      }
      ul {
        position: absolute;
        z-index: 8;
        inset-inline: 0;
        top: 100%;
        margin: 4px 0 0;
        padding: 4px;
        list-style: none;
        border-radius: var(--round);
        background: var(--card-background-color, #fff);
        box-shadow:
          0 4px 16px rgb(0 0 0 / 0.25),
          0 0 0 1px var(--divider-color);
      }
      li {
        display: flex;
        align-items: center;
        gap: 12px;
        min-height: 44px;
        padding: 0 8px;
        border-radius: 8px;
        cursor: pointer;
      }
      li .icon {
        color: var(--secondary-text-color);
      }
      li .who {
        flex: 1;
        min-width: 0;
        display: flex;
        flex-direction: column;
        line-height: 1.35;
      }
      li .dim {
        font-size: var(--ha-font-size-s, 12px);
      }
      li:hover,
      li[aria-selected="true"] {
        background: color-mix(in srgb, var(--primary-color) 14%, transparent);
      }
    `,
  ];
}
