"""Whatever a PBX, or somebody in its place, sends: nothing of it raises."""
