// The calls that are over: who, when, what became of them; call back with one click.
import {
  mdiCheckAll,
  mdiPhone,
  mdiPhoneCancel,
  mdiPhoneIncoming,
  mdiPhoneLog,
  mdiPhoneMissed,
  mdiPhoneOutgoing,
  mdiPlay,
  mdiStop,
  mdiSwapHorizontal,
  mdiVoicemail,
} from "@mdi/js";
import { css, html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { Card, mayCall, means } from "./card";
import { Feed } from "./feed";
import { callLogCardForm } from "./forms";
import { icon } from "./icons";
import { duration } from "./since";
import { outcomeText, partyText, text } from "./texts";
import type { CardConfig, EndedCall, FeedMessage, HomeAssistant } from "./types";

export interface CallLogCardConfig extends CardConfig {
  extension?: string;
  only_missed?: boolean;
}

interface Page {
  calls: EndedCall[];
  next: string | null;
}

const PAGE = 30;

export class CallLogCard extends Card<CallLogCardConfig> {
  protected feed = new Feed(this, ["extensions", "log"], (message) => this.told(message));

  @state() private isFiltered?: boolean;
  @state() private playing?: string;
  private rows = new Map<string, EndedCall>();
  private next: string | null = null;
  private isLoading = false;
  /** Counts what was asked for, so that a late answer to an old question is dropped. */
  private asked = 0;
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
    if (before?.only_missed !== config.only_missed) this.filter(!!config.only_missed);
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
      ${this.header()} ${this.problem() ?? (this.rows.size ? this.list() : this.nobody())}
    </ha-card>`;
  }

  // Parts

  private header(): TemplateResult {
    const { feed } = this;
    const button = feed.pbx?.mark_seen_entity_id;
    return html`<header>
      ${icon(mdiPhoneLog, "dim")}
      <h2 class="cut">${this.heading(text("call_log"))}</h2>
      <button
        class="chip missed ${this.isFiltered ? "on" : ""}"
        aria-pressed=${!!this.isFiltered}
        @click=${() => this.filter(!this.isFiltered)}
      >
        ${icon(mdiPhoneMissed)}${feed.missed
          ? text("missed_count", { count: feed.missed })
          : text("missed")}
      </button>
      ${feed.missed && button
        ? html`<button
            class="round"
            aria-label=${text("mark_seen")}
            title=${text("mark_seen")}
            @click=${() => this.markSeen(button)}
          >
            ${icon(mdiCheckAll)}
          </button>`
        : nothing}
    </header>`;
  }

  private nobody(): TemplateResult {
    return html`<div class="message" role="status">
      ${this.isLoading ? nothing : text(this.isFiltered ? "no_missed" : "no_calls")}
    </div>`;
  }

  private list(): TemplateResult {
    const rows = [...this.rows.values()].sort(newestFirst);
    const days = new Map<string, EndedCall[]>();
    for (const row of rows) {
      const day = this.day(row.started);
      const ended = days.get(day);
      if (ended) ended.push(row);
      else days.set(day, [row]);
    }
    return html`<div class="list" tabindex="0" role="group" aria-label=${text("call_log")}>
      ${repeat(
        days,
        ([day]) => day,
        ([day, ended]) =>
          html`<h3>${day}</h3>
            <ul>
              ${repeat(
                ended,
                (row) => row.call_id,
                (row) =>
                  guard([row, this.playing === row.call_id, this.busy, this.hass.language], () =>
                    this.row(row),
                  ),
              )}
            </ul>`,
      )}
      ${this.next
        ? html`<button class="older" @click=${this.loadPage} ?disabled=${this.isLoading}>
            ${text("older")}
          </button>`
        : nothing}
    </div>`;
  }

  private row(row: EndedCall): TemplateResult {
    const isOut = row.direction === "outbound" || row.direction === "callback";
    const [name, number] = isOut ? [row.to_name, row.to] : [row.from_name, row.from];
    const whom = name || number || partyText(row.caller_id ?? "unknown_number");
    const phone = isOut
      ? row.from_name || row.from
      : row.answered_by_name || row.answered_by || row.to_name || row.to;
    const [path, tone] = this.sign(row);
    const outcome =
      row.outcome === "answered" ? duration(row.talk_seconds) : outcomeText(row.outcome);
    return html`<li class="${tone} ${row.unseen ? "unseen" : ""}">
      <span class="lamp">${icon(path)}</span>
      <span class="who">
        <span class="first">
          <span class="hidden">${text(`direction_${row.direction}`)}:</span>
          <bdi class="cut name">${whom}</bdi>
          ${row.unseen ? html`<span class="hidden">${text("unseen")}</span>` : nothing}
        </span>
        <span class="cut dim">
          <time datetime=${row.started}>${this.time(row.started)}</time> · ${row.missed
            ? text("missed")
            : outcome}${phone ? html` · <bdi>${phone}</bdi>` : nothing}
        </span>
      </span>
      ${row.media_content_id ? this.playButton(row) : nothing}
      ${number && this.feed.extensions.size
        ? html`<button
            class="round back"
            aria-label=${text("call_back", { name: whom })}
            title=${text("call_back", { name: whom })}
            ?disabled=${this.busy}
            @click=${() => this.callBack(row, number)}
          >
            ${icon(mdiPhone)}
          </button>`
        : nothing}
    </li>`;
  }

  private playButton(row: EndedCall): TemplateResult {
    const isPlaying = this.playing === row.call_id;
    const label = text(isPlaying ? "stop" : "play");
    return html`<button
      class="round"
      aria-label=${label}
      title=${label}
      @click=${() => (isPlaying ? this.stop() : this.play(row))}
    >
      ${icon(isPlaying ? mdiStop : mdiPlay)}
    </button>`;
  }

  private sign(row: EndedCall): [string, string] {
    if (row.missed) return [mdiPhoneMissed, "bad"];
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

  private told(message: FeedMessage): void {
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
  }

  private number(): string | undefined {
    const wanted = this.config!.extension;
    if (!wanted) return undefined;
    const found = [...this.feed.extensions.values()].find((row) => means(row, wanted));
    return found?.number ?? wanted;
  }

  private fits(row: EndedCall): boolean {
    const number = this.number();
    return (!this.isFiltered || row.missed) && (!number || row.extensions.includes(number));
  }

  private filter(isFiltered: boolean): void {
    this.isFiltered = isFiltered;
    if (this.feed.loaded) this.reload();
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
    try {
      const page = await this.hass.callWS<Page>({
        type: "yeastar/call_log",
        config_entry_id: this.entryId,
        limit: PAGE,
        missed: !!this.isFiltered,
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
    if (phone) await this.perform("dial", { extension: phone, number });
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
      .chip.on {
        color: #fff;
        background: #c62828;
      }
      .chip.on .icon {
        color: #fff;
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
        width: 36px;
        height: 36px;
        border-radius: 50%;
        display: grid;
        place-items: center;
        flex: none;
        color: var(--tone);
        background: color-mix(in srgb, var(--tone) 16%, transparent);
      }
      .lamp .icon {
        width: 20px;
        height: 20px;
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
