"""Tests of the room `features`."""
