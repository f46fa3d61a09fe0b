"""A real Home Assistant with a simulated PBX, for people to look at and for the end-to-end test."""
