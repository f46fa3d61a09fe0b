"""Every blueprint is loaded and run against a simulated PBX."""
