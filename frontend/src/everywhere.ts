// The pop-up on every page of Home Assistant, for users who switched it on.
import { hassOfPage, whenConnected } from "./page";
import { Popup } from "./popup";
import { RingTone } from "./ring-tone";
import { settings } from "./settings";
import type { Call, FeedMessage, HomeAssistant } from "./types";

const TAG = "yeastar-popup-everywhere";

export class PopupEverywhere extends Popup {
  protected override readonly isFirst = true;
  private tone?: RingTone;
  private notification?: Notification;
  /** The call that the user was notified of. */
  private notified?: string;

  override connectedCallback(): void {
    super.connectedCallback();
    this.tone = settings.value.ring ? new RingTone() : undefined;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.tone?.destroy();
    this.notification?.close();
  }

  protected override told(message: FeedMessage): boolean {
    // It is on no page that would say what Home Assistant is by now.
    const hass = hassOfPage();
    if (hass) this.hass = hass;
    return super.told(message);
  }

  protected override loud(): Call[] {
    const { only_mine: onlyMine, phone } = settings.value;
    const calls = super.loud();
    return onlyMine && phone ? calls.filter((call) => call.extensions.includes(phone)) : calls;
  }

  protected override updated(): void {
    super.updated();
    const [call] = this.loud();
    if (call) this.tone?.start();
    else this.tone?.stop();
    if (call?.call_id !== this.notified) this.notify(call);
  }

  private notify(call?: Call): void {
    this.notified = call?.call_id;
    this.notification?.close();
    this.notification = undefined;
    // Who looks at the page sees the pop-up.
    if (!call || !settings.value.notify || document.hasFocus()) return;
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    try {
      this.notification = new Notification(this.sentence(call), { tag: call.call_id });
      this.notification.onclick = () => window.focus();
    } catch {
      // Android shows only those of a service worker.
    }
  }
}

/** The PBXs that a user sees anything of; one alone needs no name. */
const entries = (hass: HomeAssistant): (string | undefined)[] => {
  const found = new Set<string>();
  for (const entity of Object.values(hass.entities)) {
    if (entity?.platform !== "yeastar" || !entity.device_id) continue;
    for (const entryId of hass.devices[entity.device_id]?.config_entries ?? []) found.add(entryId);
  }
  return found.size === 1 ? [undefined] : [...found];
};

let shown = "";

const show = (): void => {
  const wanted = JSON.stringify([settings.isPopupOn, settings.value]);
  if (wanted === shown) return;
  shown = wanted;
  for (const old of document.querySelectorAll(TAG)) old.remove();
  const hass = hassOfPage();
  if (!settings.isPopupOn || !hass) return;
  for (const config_entry_id of entries(hass)) {
    const popup = document.createElement(TAG) as PopupEverywhere;
    popup.setConfig({ type: TAG, config_entry_id });
    popup.hass = hass;
    document.body.append(popup);
  }
};

/** Follow what the user wants; as long as that is nothing, nothing else is done. */
export const startEverywhere = async (): Promise<void> => {
  const hass = await whenConnected();
  settings.listen(show);
  settings.follow(hass.connection);
};
