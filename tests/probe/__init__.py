"""The program that visits a real PBX, here against the simulators."""
