"""Measures how fast the integration is, each figure beside its floor."""
