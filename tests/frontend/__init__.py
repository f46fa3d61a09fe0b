"""The cards in a real browser, on a real Home Assistant; runs in the demo's environment."""
