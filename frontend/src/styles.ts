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
  yeastar-since {
    font-variant-numeric: tabular-nums;
  }
  header {
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
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }
`;
