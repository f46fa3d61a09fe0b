// The calls that are over: who, when, what became of them; call back with one click.
import {
  mdiCheckAll,
  mdiChevronDown,
  mdiMagnify,
  mdiPhone,
  mdiPhoneCancel,
  mdiPhoneIncoming,
  mdiPhoneLog,
  mdiPhoneMissed,
  mdiPhoneOutgoing,
  mdiPhoneRing,
  mdiPlay,
  mdiStop,
  mdiSwapHorizontal,
  mdiVoicemail,
} from "@mdi/js";
import { css, html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { avatar } from "./avatar";
import { Card, mayCall, means, tells } from "./card";
import { callLogCardForm } from "./forms";
import { icon } from "./icons";
import { duration } from "./since";
import { digits, outcomeText, partyText, plain, text } from "./texts";
import type { Call, CardConfig, EndedCall, Extension, FeedMessage, HomeAssistant } from "./types";

export interface CallLogCardConfig extends CardConfig {
  extension?: string;
  only_missed?: boolean;
}

interface Page {
  calls: EndedCall[];
  next: string | null;
}

type Filter = "all" | "missed" | "inbound" | "outbound";

/** Calls in a row with the same one that came to the same, the last one first. */
type Group = [EndedCall, ...EndedCall[]];

const PAGE = 30;
/** As long as Home Assistant takes it. */
const LONGEST_SEARCH = 64;
const TYPING = 300;

export class CallLogCard extends Card<CallLogCardConfig> {
  @state() private filter: Filter = "all";
  /** Undefined while the search field is closed. */
  @state() private search?: string;
  @state() private playing?: string;
  /** The id of the call that was dialled from here last. */
  @state() private dialled?: string;
  /** The groups that are unfolded, by the id of their first call. */
  private unfolded = new Set<string>();
  private rows = new Map<string, EndedCall>();
  private next: string | null = null;
  private isLoading = false;
  /** Counts what was asked for, so that a late answer to an old question is dropped. */
  private asked = 0;
  private typing?: number;
  private audio?: HTMLAudioElement;

  static getConfigForm() {
    return callLogCardForm();
  }

  static getStubConfig(): Partial<CallLogCardConfig> {
    return {};
  }

  override setConfig(config: CallLogCardConfig): void {
    const before = this.config;
    super.setConfig(config);
    if (before && before.extension !== config.extension) this.reload();
    if (!!before?.only_missed !== !!config.only_missed) {
      this.show(config.only_missed ? "missed" : "all");
    }
  }

  getCardSize(): number {
    return 6;
  }

  getGridOptions() {
    return { columns: 12, min_columns: 6, rows: "auto", min_rows: 4 };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop();
  }

  protected override render() {
    return html`<ha-card>
      ${this.header()}
      ${this.problem() ??
      html`${this.trouble()} ${this.filters()} ${this.pickUp()}
      ${this.rows.size ? this.list() : this.empty()}`}
    </ha-card>`;
  }

  // Parts

  private header(): TemplateResult {
    const { feed } = this;
    const button = feed.pbx?.mark_seen_entity_id;
    return html`<div class="header">
      ${icon(mdiPhoneLog, "dim")}
      <h2 class="cut">${this.config!.title ?? this.only?.name ?? text("call_log")}</h2>
      ${feed.pbx && feed.loaded ? this.searchButton() : nothing}
      ${this.missed && button
        ? html`<button
            class="round"
            aria-label=${text("mark_seen")}
            title=${text("mark_seen")}
            ?disabled=${!feed.isLive}
            @click=${() => this.markSeen(button)}
          >
            ${icon(mdiCheckAll)}
          </button>`
        : nothing}
    </div>`;
  }

  private searchButton(): TemplateResult {
    return html`<button
      class="round ${this.search === undefined ? "" : "on"}"
      aria-label=${text("search")}
      title=${text("search")}
      aria-expanded=${this.search !== undefined}
      ?disabled=${!this.feed.isConnected}
      @click=${this.toggleSearch}
    >
      ${icon(mdiMagnify)}
    </button>`;
  }

  /** The phone of a card that shows the calls of one alone. */
  private get only(): Extension | undefined {
    const number = this.number();
    return number ? this.feed.extensions.get(number) : undefined;
  }

  /** The number of missed calls that are not marked as seen, of those that are shown. */
  private get missed(): number {
    return this.config!.extension ? (this.only?.missed ?? 0) : this.feed.missed;
  }

  private filters(): TemplateResult {
    const { missed } = this;
    const chip = (filter: Filter, label: string, path = ""): TemplateResult =>
      html`<button
        class="chip ${filter}"
        aria-pressed=${this.filter === filter}
        ?disabled=${!this.feed.isConnected}
        @click=${() => this.show(this.filter === filter ? "all" : filter)}
      >
        ${path ? icon(path) : nothing}${label}
      </button>`;
    return html`<div class="filters">
      <div class="chips" role="group" aria-label=${text("filter")}>
        ${chip("all", text("filter_all"))}
        ${chip(
          "missed",
          missed ? text("missed_count", { count: missed }) : text("missed"),
          mdiPhoneMissed,
        )}
        ${chip("inbound", text("direction_inbound"))}
        ${chip("outbound", text("direction_outbound"))}
      </div>
      ${this.search === undefined
        ? nothing
        : html`<input
            type="search"
            class="search"
            maxlength=${LONGEST_SEARCH}
            aria-label=${text("search")}
            placeholder=${text("name_or_number")}
            ?disabled=${!this.feed.isConnected}
            @input=${this.typed}
          />`}
    </div>`;
  }

  /** What to do for the call that was dialled here. */
  private pickUp(): TemplateResult | typeof nothing {
    const call = this.dialled ? this.feed.calls.get(this.dialled) : undefined;
    if (!call?.pick_up || !this.feed.isLive) return nothing;
    const phone = text("pick_up", { phone: this.name(call.pick_up) });
    return html`<div class="pick-up" role="status">
      ${icon(mdiPhoneRing)}
      <span><strong>${phone}</strong> <bdi class="dim">${calledName(call)}</bdi></span>
    </div>`;
  }

  private empty(): TemplateResult {
    const key = this.search ? "no_match" : this.filter === "missed" ? "no_missed" : "no_calls";
    return html`<div class="message" role="status">${this.isLoading ? nothing : text(key)}</div>`;
  }

  private list(): TemplateResult {
    const rows = [...this.rows.values()].sort(newestFirst);
    const days = new Map<string, Group[]>();
    for (const row of rows) {
      const day = this.day(row.started);
      const groups = days.get(day);
      const last = groups?.at(-1);
      if (!groups) days.set(day, [[row]]);
      else if (last && isAlike(last[0], row)) last.push(row);
      else groups.push([row]);
    }
    return html`<div class="list" tabindex="0" role="group" aria-label=${text("call_log")}>
      ${repeat(
        days,
        ([day]) => day,
        ([day, groups]) =>
          html`<h3>${day}</h3>
            <ul>
              ${repeat(
                groups.flatMap((group) => this.lines(group)),
                ([row]) => row.call_id,
                ([row, group]) =>
                  guard(
                    [
                      row,
                      ...(group ?? []),
                      this.unfolded.has(row.call_id),
                      this.playing === row.call_id,
                      this.busy,
                      this.feed.isLive,
                      this.hass.language,
                    ],
                    () => this.row(row, group),
                  ),
              )}
            </ul>`,
      )}
      ${this.next
        ? html`<button
            class="older"
            @click=${this.loadPage}
            ?disabled=${this.isLoading || !this.feed.isConnected}
          >
            ${text("older")}
          </button>`
        : nothing}
    </div>`;
  }

  /** The lines of a group: one for all, and when it is unfolded one for each other call. */
  private lines(group: Group): [row: EndedCall, group?: Group][] {
    const [first, ...others] = group;
    const isUnfolded = this.unfolded.has(first.call_id);
    return [[first, group], ...(isUnfolded ? others : []).map((row) => [row] as [EndedCall])];
  }

  private row(row: EndedCall, group?: Group): TemplateResult {
    const [name, number] = otherSide(row);
    const whom = name || number || partyText(row.caller_id ?? "unknown_number");
    const phone = isOut(row)
      ? row.from_name || row.from
      : row.answered_by_name || row.answered_by || row.to_name || row.to;
    const queue = row.queue_name === phone ? "" : row.queue_name;
    const [path, tone] = this.sign(row);
    const outcome =
      row.outcome === "answered" ? duration(row.talk_seconds) : outcomeText(row.outcome);
    const isUnseen = group ? group.some((one) => one.unseen) : row.unseen;
    const isLive = this.feed.isLive;
    return html`<li class="${tone} ${isUnseen ? "unseen" : ""} ${group ? "" : "inner"}">
      ${avatar(group ? name : null, row.picture, path)}
      <span class="who">
        <span class="first">
          <span class="hidden">${text(`direction_${row.direction}`)}:</span>
          <bdi class="cut name" title=${whom}>${whom}</bdi>
          ${group && group.length > 1 ? this.fold(row, group.length, whom) : nothing}
          ${isUnseen ? html`<span class="hidden">${text("unseen")}</span>` : nothing}
        </span>
        <span class="cut dim">
          <time datetime=${row.started}>${this.time(row.started)}</time> · ${row.missed
            ? text(row.returned ? "returned" : "missed")
            : outcome}${phone ? html` · <bdi>${phone}</bdi>` : nothing}${queue
            ? html` · <bdi>${queue}</bdi>`
            : nothing}
        </span>
      </span>
      ${row.media_content_id ? this.playButton(row, whom, isLive) : nothing}
      ${number && this.feed.extensions.size && group && !this.isForged(row)
        ? html`<button
            class="round back"
            aria-label=${text("call_back", { name: whom })}
            title=${text("call_back", { name: whom })}
            ?disabled=${this.busy || !isLive}
            @click=${() => this.callBack(row, number)}
          >
            ${icon(mdiPhone)}
          </button>`
        : nothing}
    </li>`;
  }

  /** How many calls a line stands for, and a way to see each. */
  private fold(row: EndedCall, count: number, whom: string): TemplateResult {
    const isUnfolded = this.unfolded.has(row.call_id);
    return html`<button
      class="fold"
      aria-expanded=${isUnfolded}
      aria-label=${text("calls_of", { count, name: whom })}
      title=${text("calls_of", { count, name: whom })}
      @click=${() => {
        if (!this.unfolded.delete(row.call_id)) this.unfolded.add(row.call_id);
        this.requestUpdate();
      }}
    >
      (${count})${icon(mdiChevronDown, "small")}
    </button>`;
  }

  private playButton(row: EndedCall, whom: string, isLive: boolean): TemplateResult {
    const isPlaying = this.playing === row.call_id;
    const label = text(isPlaying ? "stop" : "play");
    return html`<button
      class="round"
      aria-label=${`${label}: ${whom}, ${this.time(row.started)}`}
      title=${label}
      ?disabled=${!isLive && !isPlaying}
      @click=${() => (isPlaying ? this.stop() : this.play(row))}
    >
      ${icon(isPlaying ? mdiStop : mdiPlay)}
    </button>`;
  }

  /** Whether a caller outside shows the number of a phone, which a call back would ring. */
  private isForged(row: EndedCall): boolean {
    return row.direction === "inbound" && this.feed.extensions.has(row.from);
  }

  private sign(row: EndedCall): [string, string] {
    if (row.missed) return [mdiPhoneMissed, row.returned ? "off" : "bad"];
    if (row.outcome === "voicemail") return [mdiVoicemail, "hold"];
    if (row.outcome !== "answered" && row.outcome !== "transferred") return [mdiPhoneCancel, "off"];
    if (row.direction === "inbound") return [mdiPhoneIncoming, "idle"];
    if (row.direction === "internal") return [mdiSwapHorizontal, "talk"];
    return [mdiPhoneOutgoing, "talk"];
  }

  // Times as the user writes them

  private zone(): string | undefined {
    const { locale, config } = this.hass;
    return locale.time_zone === "server" ? config.time_zone : undefined;
  }

  private formats = new Map<string, Intl.DateTimeFormat>();

  private format(options: Intl.DateTimeFormatOptions, time: string | number): string {
    const { locale } = this.hass;
    const key = JSON.stringify([locale, this.zone(), options]);
    let format = this.formats.get(key);
    if (!format) {
      format = new Intl.DateTimeFormat(locale.language, { ...options, timeZone: this.zone() });
      this.formats.set(key, format);
    }
    return format.format(typeof time === "string" ? Date.parse(time) : time);
  }

  private time(started: string): string {
    const setting = this.hass.locale.time_format;
    const hour12 = setting === "12" ? true : setting === "24" ? false : undefined;
    return this.format({ hour: "numeric", minute: "2-digit", hour12 }, started);
  }

  private day(started: string): string {
    const options: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long" };
    const day = this.format(options, started);
    if (day === this.format(options, Date.now())) return text("today");
    if (day === this.format(options, Date.now() - 86_400_000)) return text("yesterday");
    return day;
  }

  // What is loaded

  protected override concerns(before: HomeAssistant, now: HomeAssistant): boolean {
    return before.locale !== now.locale;
  }

  protected override told(message: FeedMessage): boolean {
    if (message.whole) this.reload();
    for (const row of message.ended ?? []) {
      if (this.fits(row)) this.rows.set(row.call_id, row);
      else this.rows.delete(row.call_id);
    }
    for (const callId of message.ended_gone ?? []) this.rows.delete(callId);
    if (message.missed === 0) {
      for (const row of this.rows.values()) {
        if (row.unseen) this.rows.set(row.call_id, { ...row, unseen: false });
      }
    }
    // Of living calls only the one that was dialled here is shown.
    return this.dialled !== undefined || tells(message, "calls", "calls_gone");
  }

  private number(): string | undefined {
    const wanted = this.config!.extension;
    if (!wanted) return undefined;
    const found = [...this.feed.extensions.values()].find((row) => means(row, wanted));
    return found?.number ?? wanted;
  }

  private fits(row: EndedCall): boolean {
    const number = this.number();
    const { filter } = this;
    return (
      (filter === "all" || (filter === "missed" ? row.missed : row.direction === filter)) &&
      (!number || row.extensions.includes(number)) &&
      (!this.search || isFound(row, this.search))
    );
  }

  private show(filter: Filter): void {
    this.filter = filter;
    if (this.feed.loaded) this.reload();
  }

  private async toggleSearch(): Promise<void> {
    const hadText = !!this.search;
    this.search = this.search === undefined ? "" : undefined;
    if (hadText) this.reload();
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(".search")?.focus();
  }

  private typed(event: Event): void {
    const wanted = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.typing);
    this.typing = window.setTimeout(() => {
      if (this.search === undefined) return;
      this.search = wanted;
      this.reload();
    }, TYPING);
  }

  private reload(): void {
    this.next = null;
    this.isLoading = false;
    this.loadPage(true);
  }

  private loadPage = async (anew: unknown = false): Promise<void> => {
    if (this.isLoading) return;
    const isAnew = anew === true;
    this.isLoading = true;
    this.asked += 1;
    const asked = this.asked;
    const number = this.number();
    const { filter, search } = this;
    try {
      const page = await this.hass.callWS<Page>({
        type: "yeastar/call_log",
        config_entry_id: this.entryId,
        limit: PAGE,
        missed: filter === "missed",
        ...(filter === "inbound" || filter === "outbound" ? { direction: filter } : {}),
        ...(search ? { search } : {}),
        ...(number ? { extension: number } : {}),
        ...(this.next && !isAnew ? { before: this.next } : {}),
      });
      if (asked !== this.asked) return;
      if (isAnew) this.rows.clear();
      for (const row of page.calls) this.rows.set(row.call_id, row);
      this.next = page.next;
    } catch {
      // The connection is gone; all is asked for again with the next one.
    } finally {
      if (asked === this.asked) {
        this.isLoading = false;
        this.requestUpdate();
      }
    }
  };

  // What is done

  private async callBack(row: EndedCall, number: string): Promise<void> {
    const { extensions } = this.feed;
    const own = [row.direction === "outbound" ? row.from : row.answered_by, ...row.extensions];
    const phone =
      (!this.config!.phone &&
        own.find((one) => one && one !== number && mayCall(extensions.get(one)))) ||
      this.usualPhone();
    if (phone) this.dialled = await this.dialWith(phone, number);
  }

  private async markSeen(button: string): Promise<void> {
    try {
      await this.hass.callService("button", "press", { entity_id: button });
    } catch {
      // Home Assistant says so by itself.
    }
  }

  private async play(row: EndedCall): Promise<void> {
    this.stop();
    this.playing = row.call_id;
    try {
      const { url } = await this.hass.callWS<{ url: string }>({
        type: "media_source/resolve_media",
        media_content_id: row.media_content_id,
      });
      if (this.playing !== row.call_id) return;
      this.audio = new Audio(url);
      this.audio.addEventListener("ended", () => this.stop());
      await this.audio.play();
    } catch {
      this.stop();
    }
  }

  private stop(): void {
    this.audio?.pause();
    this.audio = undefined;
    this.playing = undefined;
  }

  static override styles = [
    ...Card.styles,
    css`
      .filters {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        margin-block-start: -4px;
      }
      .filters .search {
        flex: 1 0 100%;
      }
      .chip.missed[aria-pressed="true"] {
        color: #fff;
        background: #c62828;
      }
      .chip.missed[aria-pressed="true"] .icon {
        color: #fff;
      }
      .pick-up {
        display: flex;
        align-items: center;
        gap: 12px;
        padding: 10px 12px;
        border-radius: var(--round);
        background: color-mix(in srgb, var(--ring) 14%, transparent);
      }
      .pick-up .icon {
        color: var(--ring);
      }
      .list {
        overflow-y: auto;
        max-height: 480px;
        margin-inline: -4px;
        padding-inline: 4px;
        outline-offset: -2px;
        border-radius: 8px;
      }
      h3 {
        position: sticky;
        top: 0;
        z-index: 1;
        margin: 0;
        padding: 6px 0;
        font-size: var(--ha-font-size-s, 12px);
        font-weight: var(--ha-font-weight-medium, 500);
        color: var(--secondary-text-color);
        background: var(--ha-card-background, var(--card-background-color, #fff));
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        --tone: var(--talk);
        display: flex;
        align-items: center;
        gap: 12px;
        min-height: 56px;
        content-visibility: auto;
        contain-intrinsic-height: 56px;
      }
      .bad {
        --tone: var(--bad);
      }
      .idle {
        --tone: var(--idle);
      }
      .hold {
        --tone: var(--hold);
      }
      .off {
        --tone: var(--off);
      }
      .lamp {
        --size: 36px;
      }
      .lamp > .icon {
        width: 20px;
        height: 20px;
      }
      .inner {
        padding-inline-start: 24px;
      }
      .fold {
        display: inline-flex;
        align-items: center;
        flex: none;
        min-height: 32px;
        padding-inline: 6px;
        border-radius: 16px;
        color: var(--secondary-text-color);
      }
      .fold:hover {
        background: var(--soft);
      }
      .fold[aria-expanded="true"] .icon {
        rotate: 180deg;
      }
      .who {
        display: flex;
        flex-direction: column;
        flex: 1;
        min-width: 0;
      }
      .first {
        display: flex;
        align-items: center;
        min-width: 0;
      }
      .unseen .name {
        font-weight: var(--ha-font-weight-bold, 700);
      }
      .unseen .first::after {
        content: "";
        width: 8px;
        height: 8px;
        margin-inline-start: 8px;
        border-radius: 50%;
        flex: none;
        background: var(--bad);
      }
      .dim {
        font-size: var(--ha-font-size-s, 12px);
        line-height: 1.5;
      }
      .back {
        color: color-mix(in srgb, var(--idle) 75%, var(--primary-text-color));
      }
      .older {
        width: 100%;
        min-height: 44px;
        text-align: center;
        border-radius: 8px;
        color: var(--primary-text-color);
        background: var(--soft);
      }
    `,
  ];
}

const newestFirst = (a: EndedCall, b: EndedCall): number =>
  a.started < b.started ? 1 : a.started > b.started ? -1 : a.call_id < b.call_id ? 1 : -1;

/** Whether a call went out, so that the other side is the one that was called. */
const isOut = ({ direction }: EndedCall): boolean =>
  direction === "outbound" || direction === "callback";

const otherSide = (row: EndedCall): [name: string | null, number: string] =>
  isOut(row) ? [row.to_name, row.to] : [row.from_name, row.from];

/** The number of the other side in the form that all its forms have in common. */
const otherNumber = (row: EndedCall): string =>
  (isOut(row) ? row.to_normalized : row.from_normalized) ?? otherSide(row)[1];

const calledName = (call: Call): string => call.to_name || call.to;

const isAlike = (a: EndedCall, b: EndedCall): boolean =>
  a.direction === b.direction &&
  a.missed === b.missed &&
  a.returned === b.returned &&
  otherNumber(a) === otherNumber(b) &&
  a.caller_id === b.caller_id &&
  // Those without a number need not be the same one.
  !!otherSide(a)[1];

/** As Home Assistant searches the log. */
const isFound = (row: EndedCall, search: string): boolean => {
  const name = plain(search);
  const number = /\p{L}/u.test(search) ? "" : digits(search);
  // With a country code the number has no zero in front.
  const full = number.replace(/^00?(?=\d)/, "");
  const sides = [
    [row.from_name, row.from, row.from_normalized],
    [row.to_name, row.to, row.to_normalized],
    [row.answered_by_name, row.answered_by, null],
  ];
  return sides.some(
    ([whom, which, normalized]) =>
      (!!whom && plain(whom).includes(name)) ||
      (!!number && (!!which?.includes(number) || !!normalized?.includes(full))),
  );
};
