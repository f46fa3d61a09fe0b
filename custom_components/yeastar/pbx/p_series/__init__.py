"""The P-Series: its Open API v1.0, and the events that come by websocket."""
