// The words of the cards, from the integration's own translations.
import type { HomeAssistant, Localize } from "./types";

let localize: Localize | undefined;
let language: string | undefined;
let loading: Promise<void> | undefined;

/** Load the words in the user's language; the promise is undefined once they are there. */
export const loadTexts = (hass: HomeAssistant): Promise<void> | undefined => {
  if (hass.language !== language) {
    language = hass.language;
    loading = Promise.all([
      hass.loadBackendTranslation("common", "yeastar"),
      hass.loadBackendTranslation("selector", "yeastar"),
    ]).then(
      ([, loaded]) => {
        localize = loaded;
        loading = undefined;
      },
      () => {
        // The connection is gone; it is tried again with the next one.
        language = undefined;
        loading = undefined;
      },
    );
  }
  return loading;
};

export const text = (key: string, values?: Record<string, string | number>): string =>
  localize?.(`component.yeastar.common.card_${key}`, values) || key;

export const outcomeText = (outcome: string): string =>
  localize?.(`component.yeastar.selector.outcome.options.${outcome}`) || outcome;

/** Another side without a number is a word for why it has none. */
export const partyText = (party: string): string =>
  localize?.(`component.yeastar.entity.sensor.connected_party.state.${party}`) || party;

export const stateText = (state: string | null): string =>
  (state && localize?.(`component.yeastar.entity.sensor.extension_state.state.${state}`)) ||
  text("unknown");
