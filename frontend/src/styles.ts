import { css } from "lit";

export const shared = css`
  :host {
    --idle: var(--success-color, #43a047);
    --ring: var(--warning-color, #ffa600);
    --talk: var(--info-color, #039be5);
    --hold: color-mix(in srgb, #7e57c2 75%, var(--primary-text-color));
    --off: var(--secondary-text-color, #727272);
    --bad: var(--error-color, #db4437);
    --soft: color-mix(in srgb, var(--primary-text-color) 5%, transparent);
    --round: var(--ha-border-radius-lg, 12px);
    display: block;
    color: var(--primary-text-color);
  }
  [hidden] {
    display: none !important;
  }
  .icon {
    width: 24px;
    height: 24px;
    fill: currentColor;
    flex: none;
    display: block;
  }
  .small {
    width: 18px;
    height: 18px;
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  button,
  input,
  select {
    font: inherit;
    color: inherit;
    margin: 0;
  }
  button {
    border: none;
    background: none;
    padding: 0;
    cursor: pointer;
    text-align: start;
    -webkit-tap-highlight-color: transparent;
  }
  button:disabled {
    cursor: default;
    opacity: 0.4;
  }
  :focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: 2px;
  }
  .round {
    width: 44px;
    height: 44px;
    border-radius: 50%;
    display: inline-grid;
    place-items: center;
    flex: none;
    color: var(--secondary-text-color);
    transition: background-color 120ms;
  }
  .round:hover:not(:disabled) {
    background: color-mix(in srgb, currentColor 12%, transparent);
  }
  .round.filled {
    color: #fff;
    background: var(--fill);
  }
  .round.filled:hover:not(:disabled) {
    background: color-mix(in srgb, var(--fill) 85%, #000);
  }
  .go {
    --fill: #2e7d32;
  }
  .end {
    --fill: #c62828;
  }
  .round.on {
    color: var(--primary-color);
    background: color-mix(in srgb, var(--primary-color) 16%, transparent);
  }
  .cut {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    min-width: 0;
  }
  .dim {
    color: var(--secondary-text-color);
  }
  .lamp {
    --size: 40px;
    position: relative;
    width: var(--size);
    height: var(--size);
    border-radius: 50%;
    display: grid;
    place-items: center;
    flex: none;
    color: var(--tone);
    background: color-mix(in srgb, var(--tone) 18%, transparent);
  }
  .lamp img {
    width: 100%;
    height: 100%;
    border-radius: 50%;
    object-fit: cover;
  }
  .initials {
    font-size: calc(var(--size) * 0.38);
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 1;
    color: color-mix(in srgb, var(--tone) 45%, var(--primary-text-color));
  }
  .sign {
    position: absolute;
    bottom: -3px;
    inset-inline-end: -3px;
    display: grid;
    place-items: center;
    width: 18px;
    height: 18px;
    border-radius: 50%;
    color: var(--tone);
    background: var(--ha-card-background, var(--card-background-color, #fff));
  }
  .sign .icon {
    width: 14px;
    height: 14px;
  }
  yeastar-since {
    font-variant-numeric: tabular-nums;
  }
  .header {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 40px;
  }
  h2 {
    margin: 0;
    flex: 1;
    font-size: var(--ha-font-size-l, 16px);
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 1.4;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    border-radius: 999px;
    padding: 6px 12px;
    min-height: 20px;
    font-size: var(--ha-font-size-s, 12px);
    font-weight: var(--ha-font-weight-medium, 500);
    background: var(--soft);
  }
  button.chip {
    min-height: 32px;
    padding-block: 0;
  }
  .chip[aria-pressed="true"] {
    color: var(--text-primary-color, #fff);
    background: color-mix(in srgb, var(--primary-color) 80%, #000);
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
  }
  .chip .icon {
    width: 16px;
    height: 16px;
  }
  .chip.missed .icon {
    color: var(--bad);
  }
  .message {
    padding: 24px 16px;
    text-align: center;
    color: var(--secondary-text-color);
  }
  .search {
    box-sizing: border-box;
    flex: 1;
    min-width: 0;
    height: 40px;
    border: none;
    border-radius: 20px;
    padding: 0 14px;
    background: var(--soft);
  }
  .search::placeholder {
    color: var(--secondary-text-color);
    opacity: 1;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }
`;
