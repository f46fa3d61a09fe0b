"""The test against a real Home Assistant, which runs in the demo's environment."""
