// The Home Assistant that this page shows, for what no card has to be on.
import type { HomeAssistant } from "./types";

const LOOK_AGAIN = 100;

export const hassOfPage = (): HomeAssistant | undefined =>
  (document.querySelector("home-assistant") as { hass?: HomeAssistant } | null)?.hass;

/** Wait until Home Assistant is connected and knows its devices. */
export const whenConnected = async (): Promise<HomeAssistant> => {
  for (;;) {
    const hass = hassOfPage();
    if (hass?.connection && hass.entities && hass.devices) return hass;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
  }
};

/** Return the element with the focus, also inside shadow roots. */
export const focused = (): HTMLElement | null => {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found as HTMLElement | null;
};
