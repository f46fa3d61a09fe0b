// A dashboard that Home Assistant makes of what it knows of each PBX.
import { nameText } from "./names";
import { loadTexts, text } from "./texts";
import type { Entity, HomeAssistant } from "./types";

interface StrategyConfig {
  config_entry_id?: string;
}

type Config = Record<string, unknown>;

/** A PBX with its phones and trunks: the entities of each device by their key. */
interface Pbx {
  entryId: string;
  name: string;
  entities: Map<string, string>;
  phones: string[];
  /** What the sentences of the logbook about these phones belong to. */
  online: string[];
  trunks: Map<string, string>[];
}

const COUNTERS = [
  "inbound_calls",
  "outbound_calls",
  "internal_calls",
  "registered_extensions",
  "missed_calls",
  "last_call",
  "last_restart",
];
const FULL_WIDTH = { columns: "full" };
/** A graph of more phones is too tall to be read. */
const MAX_GRAPH = 20;
const HOURS = 6;

export class DashboardStrategy extends HTMLElement {
  static noEditor = true;
  /** What it has to be made anew for. */
  static registryDependencies = ["entities", "devices"];

  static getCreateSuggestions() {
    return { title: nameText("name_dashboard"), icon: "mdi:phone-classic" };
  }

  static async generate(config: StrategyConfig, hass: HomeAssistant): Promise<Config> {
    await loadTexts(hass);
    const found = pbxs(hass).filter(
      ({ entryId }) => !config.config_entry_id || entryId === config.config_entry_id,
    );
    if (!found.length) return { views: [{ cards: [{ type: "custom:yeastar-phone-card" }] }] };
    return { views: found.map((pbx) => view(hass, pbx, found.length > 1)) };
  }
}

const pbxs = (hass: HomeAssistant): Pbx[] => {
  const devices = new Map<string, Map<string, string>>();
  for (const { platform, device_id, translation_key, entity_id } of ours(hass)) {
    if (platform !== "yeastar" || !device_id) continue;
    const entities = devices.get(device_id) ?? new Map<string, string>();
    devices.set(device_id, entities);
    entities.set(translation_key ?? entity_id.split(".")[0]!, entity_id);
  }
  const found = new Map<string, Pbx>();
  const pbxOf = (deviceId: string): Pbx => {
    const entryId = hass.devices[deviceId]?.config_entries[0] ?? "";
    const pbx = found.get(entryId) ?? { entryId, name: "", entities: new Map(), phones: [], online: [], trunks: [] };
    found.set(entryId, pbx);
    return pbx;
  };
  for (const [deviceId, entities] of devices) {
    const pbx = pbxOf(deviceId);
    if (entities.has("inbound_calls")) {
      const device = hass.devices[deviceId];
      pbx.name = device?.name_by_user || device?.name || "";
      pbx.entities = entities;
    } else if (entities.has("extension_state")) {
      pbx.phones.push(entities.get("extension_state")!);
      const online = entities.get("registered");
      if (online) pbx.online.push(online);
    } else if (entities.has("trunk_state")) {
      pbx.trunks.push(entities);
    }
  }
  return [...found.values()];
};

const ours = (hass: HomeAssistant): Entity[] => Object.values(hass.entities).filter((one) => !!one);

const view = (hass: HomeAssistant, pbx: Pbx, isOneOfMany: boolean): Config => {
  const which = isOneOfMany ? { config_entry_id: pbx.entryId } : {};
  const sections: Config[] = [
    {
      column_span: 2,
      cards: [{ type: "custom:yeastar-phone-card", grid_options: FULL_WIDTH, ...which }],
    },
    { cards: [{ type: "custom:yeastar-call-log-card", grid_options: FULL_WIDTH, ...which }] },
    { cards: [heading(text("now"), "mdi:phone-in-talk"), ...counters(pbx)] },
  ];
  if (pbx.trunks.length) {
    const icon = "mdi:transit-connection-variant";
    sections.push({ cards: [heading(text("trunks"), icon), ...pbx.trunks.flatMap(line)] });
  }
  if (pbx.phones.length) {
    sections.push({ cards: [heading(text("recently"), "mdi:history"), ...story(hass, pbx)] });
  }
  return {
    title: pbx.name,
    type: "sections",
    max_columns: 3,
    sections: sections.map((section) => ({ type: "grid", ...section })),
  };
};

const heading = (words: string, icon: string): Config => ({
  type: "heading",
  heading: words,
  icon,
});

const counters = ({ entities }: Pbx): Config[] =>
  COUNTERS.filter((key) => entities.has(key)).map((key) => ({
    type: "tile",
    entity: entities.get(key),
    // The PBX is named above.
    name: { type: "entity" },
  }));

/** A trunk is red while it has a problem, and green else. */
const line = (entities: Map<string, string>): Config[] => {
  const tile = {
    type: "tile",
    entity: entities.get("trunk_state"),
    name: { type: "device" },
  };
  const problem = entities.get("problem") ?? entities.get("binary_sensor");
  if (!problem) return [tile];
  return [
    ["red", "state"],
    ["green", "state_not"],
  ].map(([color, operator]) => ({
    ...tile,
    color,
    visibility: [{ condition: "state", entity: problem, [operator!]: "on" }],
  }));
};

const story = ({ config }: HomeAssistant, { phones, online }: Pbx): Config[] => {
  const some = phones.slice(0, MAX_GRAPH);
  const cards: Config[] = [];
  if (config.components.includes("history")) {
    cards.push({
      type: "history-graph",
      hours_to_show: HOURS,
      entities: some.map((entity) => ({ entity, name: { type: "device" } })),
      grid_options: FULL_WIDTH,
    });
  }
  if (config.components.includes("logbook")) {
    cards.push({
      type: "logbook",
      target: { entity_id: online.slice(0, MAX_GRAPH) },
      hours_to_show: HOURS,
      grid_options: { ...FULL_WIDTH, rows: 7 },
    });
  }
  return cards;
};
