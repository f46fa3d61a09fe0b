"""How the reports of an S-Series PBX reach Home Assistant."""
