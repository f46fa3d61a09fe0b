// Who it is about: a picture, else the initials, else a sign for what goes on.
import { html, nothing, type TemplateResult } from "lit";
import { icon } from "./icons";

const initials = (name: string): string =>
  name
    .split(/[\s-]+/)
    .map((word) => word.match(/^\p{L}/u)?.[0] ?? "")
    .filter((letter, index, all) => letter && (index === 0 || index === all.length - 1))
    .join("")
    .toUpperCase();

/** Show a person with a sign in the corner, or the sign alone of a number without a name. */
export const avatar = (
  name: string | null,
  picture: string | null | undefined,
  sign: string,
): TemplateResult => {
  // Only pictures that Home Assistant itself serves.
  const source = picture && /^\/(?!\/)/.test(picture) ? picture : undefined;
  const letters = name ? initials(name) : "";
  if (!source && !letters) return html`<span class="lamp" aria-hidden="true">${icon(sign)}</span>`;
  return html`<span class="lamp" aria-hidden="true">
    ${source ? html`<img src=${source} alt="" loading="lazy" />` : nothing}
    ${source ? nothing : html`<span class="initials">${letters}</span>`}
    <span class="sign">${icon(sign)}</span>
  </span>`;
};
