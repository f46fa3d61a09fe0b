// The phones as a living board, the calls with what can be done, and a field to dial.
import { mdiBellCogOutline, mdiPhoneClassic, mdiPhoneMissed } from "@mdi/js";
import { css, html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { Calls, isLoud, type CallsConfig } from "./calls";
import { Card, means, tells } from "./card";
import type { Dialled } from "./dial";
import { phoneCardForm } from "./forms";
import { icon } from "./icons";
import type { PopupSettings } from "./popup-settings";
import { text } from "./texts";
import type { Call, Extension, FeedMessage, HomeAssistant, Target } from "./types";

type Section = "calls" | "dial" | "phones";

export interface PhoneCardConfig extends CallsConfig {
  hide?: Section[];
  hide_idle?: boolean;
  sort?: "number" | "name" | "busy";
  favourites?: string[];
  popup?: boolean;
}

export class PhoneCard extends Calls<PhoneCardConfig> {
  @state() private target?: Target;
  @state() private from = "";
  /** All phones that are shown, and those that may call. */
  private shown: Extension[] = [];
  private phones: Extension[] = [];
  private favourites: Target[] = [];

  static getConfigForm() {
    return phoneCardForm();
  }

  static getStubConfig(): Partial<PhoneCardConfig> {
    return {};
  }

  getCardSize(): number {
    return 4 + Math.ceil(this.feed.extensions.size / 2);
  }

  getGridOptions() {
    return { columns: 12, min_columns: 6, rows: "auto", min_rows: 3 };
  }

  protected override concerns(before: HomeAssistant, now: HomeAssistant): boolean {
    for (const { do_not_disturb_entity_id: entityId } of this.feed.extensions.values()) {
      if (entityId && before.states[entityId]?.state !== now.states[entityId]?.state) return true;
    }
    return false;
  }

  protected override told(message: FeedMessage): boolean {
    super.told(message);
    // Calls that are over are not shown.
    return tells(message, "ended", "ended_gone");
  }

  protected override willUpdate(): void {
    this.shown = this.rows();
    this.phones = same(
      this.phones,
      this.shown.filter((row) => row.control),
    );
    this.favourites = same(this.favourites, (this.config!.favourites ?? []).map(this.favourite));
  }

  protected override render() {
    const problem = this.problem();
    const { feed } = this;
    const calls = this.sortedCalls();
    const shows = (section: Section): boolean => !this.config!.hide?.includes(section);
    return html`<ha-card>
      ${this.header()}
      ${problem ??
      html`${this.trouble()}
        <div class="content ${feed.isLive ? "" : "stale"}">
        <div class="hidden" role="status">${this.announcement(calls)}</div>
        ${shows("calls") && calls.length ? this.callList(calls) : nothing}
        ${shows("dial") ? this.dialBar() : nothing} ${shows("phones") ? this.board() : nothing}
      </div>`}
      ${this.config!.popup && !this.preview
        ? html`<yeastar-popup .hass=${this.hass} .settings=${this.config}></yeastar-popup>`
        : nothing}
      <yeastar-popup-settings></yeastar-popup-settings>
    </ha-card>`;
  }

  // Parts

  private header(): TemplateResult {
    return html`<div class="header">
      ${icon(mdiPhoneClassic, "dim")}
      <h2 class="cut">${this.heading()}</h2>
      ${this.missedChip()}
      ${this.preview
        ? nothing
        : html`<button
            class="round"
            aria-label=${text("popup_settings")}
            title=${text("popup_settings")}
            ?disabled=${!this.feed.isLive}
            @click=${this.openSettings}
          >
            ${icon(mdiBellCogOutline, "small")}
          </button>`}
    </div>`;
  }

  private heading(): string {
    return this.config!.title ?? this.only?.name ?? this.feed.pbx?.name ?? text("phones");
  }

  /** The phone of a card that shows one alone. */
  private get only(): Extension | undefined {
    return this.config!.extensions?.length === 1 ? this.shown[0] : undefined;
  }

  private missedChip(): TemplateResult | typeof nothing {
    const { feed, only } = this;
    // A call that rings several phones is missed once in the house, and by each phone.
    const isOfSome = !!this.config!.extensions?.length;
    const count = isOfSome ? only?.missed : feed.missed;
    if (!count) return nothing;
    return html`<button
      class="chip missed"
      ?disabled=${!feed.isLive}
      @click=${() => this.moreInfo(isOfSome ? this.missedBy(only!) : feed.pbx?.missed_entity_id)}
    >
      ${icon(mdiPhoneMissed)}${text("missed_count", { count })}
    </button>`;
  }

  /** The entity that counts the missed calls of a phone. */
  private missedBy(phone: Extension): string | undefined {
    return Object.values(this.hass.entities).find(
      (entity) =>
        entity?.device_id === phone.device_id &&
        entity?.translation_key === "extension_missed_calls",
    )?.entity_id;
  }

  private callList(calls: Call[]): TemplateResult {
    return html`<div class="calls" role="list" aria-label=${text("calls")} @act=${this.act}>
      ${repeat(
        calls,
        (call) => call.call_id,
        (call) => html`<div role="listitem">${this.callRow(call)}</div>`,
      )}
    </div>`;
  }

  private dialBar(): TemplateResult | typeof nothing {
    if (!this.phones.length) return nothing;
    return html`<yeastar-dial
      .hass=${this.hass}
      .entryId=${this.entryId}
      .phones=${this.phones}
      .from=${this.phone()}
      .target=${this.target}
      .favourites=${this.favourites}
      .busy=${this.busy}
      .away=${!this.feed.isLive}
      @target-changed=${(event: CustomEvent<Target | undefined>) => {
        this.target = event.detail;
      }}
      @from-changed=${(event: CustomEvent<string>) => {
        this.from = event.detail;
        this.remember(this.from);
      }}
      @dialled=${this.dial}
    ></yeastar-dial>`;
  }

  private board(): TemplateResult {
    return html`<yeastar-board
      .hass=${this.hass}
      .phones=${this.shown}
      .since=${this.talkingSince()}
      .selected=${this.target?.number ?? ""}
      .hideIdle=${!!this.config!.hide_idle}
      .busyFirst=${this.config!.sort === "busy"}
      .away=${!this.feed.isLive}
      @phone-selected=${this.select}
    ></yeastar-board>`;
  }

  // What is shown

  private rows(): Extension[] {
    const wanted = this.config!.extensions;
    const rows = [...this.feed.extensions.values()].filter((row) =>
      wanted?.length ? wanted.some((one) => means(row, one)) : row.device_id,
    );
    const byNumber = (a: Extension, b: Extension): number =>
      a.number.length - b.number.length || (a.number < b.number ? -1 : 1);
    return rows.sort(
      this.config!.sort === "name" ? (a, b) => a.name.localeCompare(b.name) : byNumber,
    );
  }

  /** Whom a favourite means: a phone, else what the action knows by name or number. */
  private favourite = (wanted: string): Target => {
    const { extensions } = this.feed;
    const phone =
      extensions.get(wanted) ?? [...extensions.values()].find((row) => means(row, wanted));
    return { number: phone?.number ?? wanted, name: phone?.name ?? wanted };
  };

  private talkingSince(): Map<string, number> {
    const since = new Map<string, number>();
    for (const call of this.feed.calls.values()) {
      if (!call.answered) continue;
      const moment = this.since(call.answered);
      for (const number of [call.answered_by, call.from, call.to]) {
        if (number && call.extensions.includes(number)) since.set(number, moment);
      }
    }
    return since;
  }

  private announcement(calls: Call[]): string {
    const call = this.feed.isLive && calls.find((one) => isLoud(one) || one.pick_up);
    return call ? this.sentence(call) : "";
  }

  protected override phone(): string {
    return this.phones.some((row) => row.number === this.from) ? this.from : this.usualPhone();
  }

  // What is done

  private openSettings(): void {
    this.renderRoot
      .querySelector<PopupSettings>("yeastar-popup-settings")!
      .open(this.hass, [...this.feed.extensions.values()]);
  }

  private select({ detail: row }: CustomEvent<Extension>): void {
    const isSelected = this.target?.number === row.number;
    this.target = isSelected ? undefined : { number: row.number, name: row.name };
  }

  private async dial(event: CustomEvent<Dialled>): Promise<void> {
    const { from, number } = event.detail;
    if ((await this.dialWith(from, number)) !== undefined) this.target = undefined;
  }

  static override styles = [
    ...Card.styles,
    css`
      .content {
        display: flex;
        flex-direction: column;
        gap: 12px;
        min-height: 0;
      }
      .calls {
        display: flex;
        flex-direction: column;
        gap: 8px;
      }
      .calls:has(> :nth-child(8)) {
        max-height: 480px;
        overflow-y: auto;
      }
    `,
  ];
}

/** Return the old list as long as the new one names the same ones. */
const same = <T extends Target>(old: T[], rows: T[]): T[] =>
  old.length === rows.length &&
  old.every((row, i) => row.number === rows[i]!.number && row.name === rows[i]!.name)
    ? old
    : rows;
