import { svg, type SVGTemplateResult, html, type TemplateResult } from "lit";

export const icon = (path: string, name = ""): TemplateResult =>
  html`<svg class="icon ${name}" viewBox="0 0 24 24" aria-hidden="true">${shape(path)}</svg>`;

const shape = (path: string): SVGTemplateResult => svg`<path d=${path}></path>`;
