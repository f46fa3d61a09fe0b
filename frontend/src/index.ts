// The cards of the Yeastar PBX integration, and what else it adds to dashboards.
import { Board } from "./board";
import { CallLogCard } from "./call-log-card";
import { CallRow } from "./call-row";
import { Dial } from "./dial";
import { PopupEverywhere, startEverywhere } from "./everywhere";
import { CallFeature, HangUpFeature, QuietFeature, hasQuiet, isPhone } from "./features";
import { nameText } from "./names";
import { PhoneCard } from "./phone-card";
import { Picker } from "./picker";
import { Popup } from "./popup";
import { PopupSettings } from "./popup-settings";
import { Since } from "./since";
import { DashboardStrategy } from "./strategy";
import { callLog, phones } from "./suggest";

const ELEMENTS = {
  "yeastar-since": Since,
  "yeastar-picker": Picker,
  "yeastar-dial": Dial,
  "yeastar-board": Board,
  "yeastar-call-row": CallRow,
  "yeastar-popup": Popup,
  "yeastar-popup-everywhere": PopupEverywhere,
  "yeastar-popup-settings": PopupSettings,
  "yeastar-phone-card": PhoneCard,
  "yeastar-call-log-card": CallLogCard,
  "yeastar-call-feature": CallFeature,
  "yeastar-do-not-disturb-feature": QuietFeature,
  "yeastar-hang-up-feature": HangUpFeature,
  "ll-strategy-dashboard-yeastar": DashboardStrategy,
};
const CARD = {
  preview: true,
  documentationURL: "https://github.com/yeastar-home-assistant/yeastar#cards",
};

interface Pickers {
  customCards?: object[];
  customCardFeatures?: object[];
  customStrategies?: object[];
}

/** What a picker shows; it is asked for when the picker opens, in the user's language. */
const entry = (type: string, name: string, about: string, more: object): object =>
  Object.assign(
    {
      type,
      get name() {
        return nameText(name);
      },
      get description() {
        return nameText(about);
      },
    },
    more,
  );

// After an update a page may have the old file and load the new one.
if (!customElements.get("yeastar-phone-card")) {
  for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element);
  const page = window as Pickers;
  (page.customCards ??= []).push(
    entry("yeastar-phone-card", "name_phones", "about_phones", {
      ...CARD,
      getEntitySuggestion: phones,
    }),
    entry("yeastar-call-log-card", "name_call_log", "about_call_log", {
      ...CARD,
      getEntitySuggestion: callLog,
    }),
  );
  (page.customCardFeatures ??= []).push(
    entry("yeastar-call-feature", "name_call", "about_call", { isSupported: isPhone }),
    entry(
      "yeastar-do-not-disturb-feature",
      "name_do_not_disturb",
      "about_do_not_disturb",
      { isSupported: hasQuiet },
    ),
    entry("yeastar-hang-up-feature", "name_hang_up", "about_hang_up", { isSupported: isPhone }),
  );
  (page.customStrategies ??= []).push(
    entry("yeastar", "name_dashboard", "about_dashboard", {
      strategyType: "dashboard",
      documentationURL: CARD.documentationURL,
    }),
  );
  startEverywhere();
}
