"""Tests of the room `push`."""
