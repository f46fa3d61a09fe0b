"""A read-only visit to a real PBX, written to a file without its secrets and names.

It needs aiohttp, cryptography and the device library, but no Home Assistant.
"""
