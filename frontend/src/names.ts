// Names of cards, features and the dashboard, which pickers show at once.
import NAMES from "yeastar:names";
import { hassOfPage } from "./page";

export const nameText = (key: string): string => {
  const language = hassOfPage()?.language ?? "en";
  const names = NAMES[language] ?? NAMES[language.split("-")[0]!] ?? NAMES["en"]!;
  return names[key]!;
};
