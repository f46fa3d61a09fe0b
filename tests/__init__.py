"""Tests of Yeastar PBX."""
