"""The API v1 of the S-Series."""
