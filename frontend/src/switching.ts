// Switches that were pressed and do not say so yet: some PBXs take twenty seconds.
import type { ReactiveControllerHost } from "lit";
import type { HomeAssistant } from "./types";

const PATIENCE = 30_000;

export class Switching {
  private wanted = new Map<string, "on" | "off">();

  constructor(private host: ReactiveControllerHost) {}

  /** How a switch is shown: as it is wanted, as long as that is on the way. */
  shown(hass: HomeAssistant, entityId: string): { isOn: boolean; isPending: boolean } {
    const state = hass.states[entityId]?.state;
    const wanted = this.wanted.get(entityId);
    if (wanted === state) this.wanted.delete(entityId);
    return { isOn: (wanted ?? state) === "on", isPending: !!wanted && wanted !== state };
  }

  async toggle(hass: HomeAssistant, entityId: string): Promise<void> {
    const { isOn, isPending } = this.shown(hass, entityId);
    if (isPending) return;
    const wanted = isOn ? "off" : "on";
    this.wanted.set(entityId, wanted);
    const forget = (): void => {
      if (this.wanted.get(entityId) === wanted) this.wanted.delete(entityId);
      this.host.requestUpdate();
    };
    const timer = setTimeout(forget, PATIENCE);
    this.host.requestUpdate();
    try {
      await hass.callService("switch", `turn_${wanted}`, { entity_id: entityId });
    } catch {
      // Home Assistant says so by itself.
      clearTimeout(timer);
      forget();
    }
  }
}
