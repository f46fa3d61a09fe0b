"""Home Assistant with a P-Series PBX."""
