"""Tests of the PBX client, which knows nothing of Home Assistant."""
