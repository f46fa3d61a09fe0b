// The forms of the visual editor.
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

const form = (schema: () => unknown[]) => async () => {
  // Home Assistant does not say for whom the form is.
  const page = document.querySelector("home-assistant") as { hass?: HomeAssistant } | null;
  if (page?.hass) await loadTexts(page.hass);
  return {
    schema: schema(),
    computeLabel: ({ name }: { name: string }) => text(`field_${name}`),
    computeHelper: ({ name }: { name: string }) =>
      ["phone", "extensions", "popup", "extension"].includes(name) ? text(`help_${name}`) : undefined,
  };
};

export const phoneCardForm = form(() => [
  TITLE,
  PBX,
  PHONE,
  { name: "extensions", selector: { device: { ...A_PHONE, multiple: true } } },
  { name: "sort", selector: choices(["number", "name"]) },
  { name: "hide", selector: choices(["calls", "dial", "phones"], true) },
  { name: "popup", selector: { boolean: {} } },
]);

export const callLogCardForm = form(() => [
  TITLE,
  PBX,
  PHONE,
  { name: "extension", selector: { device: A_PHONE } },
  { name: "only_missed", selector: { boolean: {} } },
]);
