// What a user wants of incoming calls: kept by Home Assistant for the user, with an
// exception for this browser.
import type { Connection, HomeAssistant } from "./types";

const KEY = "yeastar";
const HERE = "yeastar-popup";

export interface Settings {
  /** Whether the pop-up is shown on every page. */
  everywhere: boolean;
  /** The number of the user's own phone. */
  phone: string;
  /** Whether only calls to that phone are shown. */
  only_mine: boolean;
  ring: boolean;
  notify: boolean;
}

/** In this browser: as for the user, always, or never. */
export type Here = "" | "on" | "off";

class UserSettings {
  value: Partial<Settings> = {};
  private listeners = new Set<() => void>();

  get here(): Here {
    return (localStorage.getItem(HERE) ?? "") as Here;
  }

  get isPopupOn(): boolean {
    return this.here ? this.here === "on" : !!this.value.everywhere;
  }

  follow(connection: Connection): void {
    connection
      .subscribeMessage<{ value: Partial<Settings> | null }>(
        ({ value }) => {
          this.value = value ?? {};
          this.tell();
        },
        { type: "frontend/subscribe_user_data", key: KEY },
      )
      // Then only this browser says what is wanted.
      .catch(() => this.tell());
  }

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  setHere(here: Here): void {
    if (here) localStorage.setItem(HERE, here);
    else localStorage.removeItem(HERE);
    this.tell();
  }

  async change(hass: HomeAssistant, changes: Partial<Settings>): Promise<void> {
    this.value = { ...this.value, ...changes };
    this.tell();
    await hass.callWS({ type: "frontend/set_user_data", key: KEY, value: this.value });
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

export const settings = new UserSettings();
