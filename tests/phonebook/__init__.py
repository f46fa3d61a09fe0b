"""Tests of the room `phonebook`."""
