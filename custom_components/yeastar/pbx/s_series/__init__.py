"""The S-Series: its API v1, and how calls are inferred from what it tells."""
