// The words of the cards, from the integration's own translations.
import type { HomeAssistant, Localize } from "./types";

const RETRY = 2000;

let localize: Localize | undefined;
let language: string | undefined;
let loading: Promise<void> | undefined;

/** Load the words in the user's language; the promise is undefined once they are there. */
export const loadTexts = (hass: HomeAssistant): Promise<void> | undefined => {
  if (hass.language !== language) {
    language = hass.language;
    loading = load(hass);
  }
  return loading;
};

const load = async (hass: HomeAssistant): Promise<void> => {
  while (hass.language === language) {
    try {
      const [, loaded] = await Promise.all([
        hass.loadBackendTranslation("common", "yeastar"),
        hass.loadBackendTranslation("selector", "yeastar"),
      ]);
      if (hass.language === language) {
        localize = loaded;
        loading = undefined;
      }
      return;
    } catch {
      // The connection is gone; without words nothing is shown.
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
  }
};

export const text = (key: string, values?: Record<string, string | number>): string =>
  localize?.(`component.yeastar.common.card_${key}`, values) || key;

export const outcomeText = (outcome: string): string =>
  localize?.(`component.yeastar.selector.outcome.options.${outcome}`) || outcome;

/** Another side without a number is a word for why it has none. */
export const partyText = (party: string): string =>
  localize?.(`component.yeastar.entity.sensor.connected_party.state.${party}`) || party;

export const stateText = (state: string | null): string =>
  state === "unregistered"
    ? text("offline")
    : (state && localize?.(`component.yeastar.entity.sensor.extension_state.state.${state}`)) ||
      text("unknown");

export const presenceText = (presence: string): string =>
  localize?.(`component.yeastar.selector.presence.options.${presence}`) || presence;

export const unreadText = (count: number): string =>
  `${localize?.("component.yeastar.entity.sensor.unread_voicemails.name") || ""} ${count}`.trim();

/** A text as it is compared: accents, case, blanks and kinds of apostrophes do not matter. */
export const plain = (value: string): string =>
  value
    .replace(/[\u2018\u2019\u02bc\u00b4`]/g, "'")
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}]/gu, "")
    .toLowerCase()
    .replace(/[\s\p{Pd}]+/gu, " ");

export const digits = (value: string): string => value.replace(/[^\d+*#]/g, "");
