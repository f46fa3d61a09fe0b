// The forms of the visual editor.
import { hassOfPage } from "./page";
import type { PhoneBook } from "./picker";
import { loadTexts, text } from "./texts";
import type { HomeAssistant } from "./types";

// What only extensions have, as in the fields of the actions.
const A_PHONE = {
  entity: [{ integration: "yeastar", domain: "binary_sensor", device_class: "connectivity" }],
};
const TITLE = { name: "title", selector: { text: {} } };
const PBX = { name: "config_entry_id", selector: { config_entry: { integration: "yeastar" } } };
const PHONE = { name: "phone", selector: { device: A_PHONE } };

const choice = (value: string) => ({ value, label: text(`choice_${value}`) });

const choices = (values: string[], multiple = false) => ({
  select: { multiple, mode: multiple ? "list" : "dropdown", options: values.map(choice) },
});

/** Those whom a favourite may be, as names; others can be typed. */
const known = async (hass: HomeAssistant): Promise<string[]> => {
  try {
    const book = await hass.callWS<PhoneBook>({ type: "yeastar/phone_book" });
    return [...book.contacts, ...book.extensions].map(({ name }) => name);
  } catch {
    // There are several PBXs, or none.
    return [];
  }
};

// Home Assistant shows no label above the picker of one device.
const UNLABELLED = ["phone", "extension"];
const EXPLAINED = ["extensions", "popup", "favourites", ...UNLABELLED];

const form = (schema: (hass?: HomeAssistant) => unknown[] | Promise<unknown[]>) => async () => {
  // Home Assistant does not say for whom the form is.
  const hass = hassOfPage();
  if (hass) await loadTexts(hass);
  return {
    schema: await schema(hass),
    computeLabel: ({ name }: { name: string }) => text(`field_${name}`),
    computeHelper: ({ name }: { name: string }) => {
      if (!EXPLAINED.includes(name)) return undefined;
      const help = text(`help_${name}`);
      return UNLABELLED.includes(name) ? `${text(`field_${name}`)}: ${help}` : help;
    },
  };
};

export const phoneCardForm = form(async (hass) => [
  TITLE,
  PBX,
  PHONE,
  { name: "extensions", selector: { device: { ...A_PHONE, multiple: true } } },
  {
    name: "favourites",
    selector: {
      select: { multiple: true, custom_value: true, options: hass ? await known(hass) : [] },
    },
  },
  { name: "sort", selector: choices(["number", "name", "busy"]) },
  { name: "hide", selector: choices(["calls", "dial", "phones"], true) },
  { name: "hide_idle", selector: { boolean: {} } },
  { name: "popup", selector: { boolean: {} } },
]);

export const callLogCardForm = form(() => [
  TITLE,
  PBX,
  PHONE,
  { name: "extension", selector: { device: A_PHONE } },
  { name: "only_missed", selector: { boolean: {} } },
]);
