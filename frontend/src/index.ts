// The cards of the Yeastar PBX integration.
import { CallLogCard } from "./call-log-card";
import { CallRow } from "./call-row";
import { Dial } from "./dial";
import { PhoneCard } from "./phone-card";
import { Picker } from "./picker";
import { Since } from "./since";
import { suggest } from "./suggest";

const ELEMENTS = {
  "yeastar-since": Since,
  "yeastar-picker": Picker,
  "yeastar-dial": Dial,
  "yeastar-call-row": CallRow,
  "yeastar-phone-card": PhoneCard,
  "yeastar-call-log-card": CallLogCard,
};
const CARDS = [
  {
    type: "yeastar-phone-card",
    name: "Yeastar phones",
    description: "Phones, calls and a field to dial.",
  },
  {
    type: "yeastar-call-log-card",
    name: "Yeastar call log",
    description: "Recent and missed calls.",
  },
];

interface CustomCards {
  customCards?: Record<string, unknown>[];
}

// After an update a page may have the old file and load the new one.
if (!customElements.get("yeastar-phone-card")) {
  for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element);
  const page = window as CustomCards;
  page.customCards ??= [];
  for (const card of CARDS) {
    page.customCards.push({
      ...card,
      preview: true,
      documentationURL: "https://github.com/yeastar-home-assistant/yeastar#cards",
      getEntitySuggestion: suggest[card.type as keyof typeof suggest],
    });
  }
}
