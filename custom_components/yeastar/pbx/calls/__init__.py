"""The call model of all PBX families."""
