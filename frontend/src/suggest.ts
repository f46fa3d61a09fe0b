// Which card goes with an entity, for the card picker.
import { nameText } from "./names";
import type { HomeAssistant } from "./types";

interface Suggestion {
  label?: string;
  config: Record<string, unknown>;
}

type Suggest = (hass: HomeAssistant, entityId: string) => Suggestion | Suggestion[] | null;

const OF_A_PHONE = ["extension_state", "connected_party", "registered", "do_not_disturb"];
const OF_THE_PBX = ["inbound_calls", "outbound_calls", "internal_calls", "registered_extensions"];
const OF_THE_LOG = ["missed_calls", "last_call", "mark_missed_calls_seen"];

const ours = (hass: HomeAssistant, entityId: string): [key: string, deviceId?: string] => {
  const entity = hass.entities[entityId];
  return entity?.platform === "yeastar" ? [entity.translation_key ?? "", entity.device_id] : [""];
};

export const phones: Suggest = (hass, entityId) => {
  const [key, phone] = ours(hass, entityId);
  const all = { type: "custom:yeastar-phone-card" };
  if (OF_THE_PBX.includes(key)) return { config: all };
  if (!OF_A_PHONE.includes(key)) return null;
  return [
    { label: nameText("name_all_phones"), config: { ...all, phone } },
    { label: nameText("name_this_phone"), config: { ...all, phone, extensions: [phone] } },
  ];
};

export const callLog: Suggest = (hass, entityId) => {
  const [key, phone] = ours(hass, entityId);
  const all = { type: "custom:yeastar-call-log-card" };
  if (OF_THE_LOG.includes(key)) return { config: all };
  if (key !== "extension_missed_calls") return null;
  return { config: { ...all, phone, extension: phone } };
};
