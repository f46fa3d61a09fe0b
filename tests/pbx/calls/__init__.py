"""The call model: what it makes of reports, polls and our own actions."""
