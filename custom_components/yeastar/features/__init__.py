"""What runs by itself for one PBX: logs, settings, timers."""
