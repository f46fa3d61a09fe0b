"""Lets a large PBX and everything that can go wrong with it loose for a while."""
