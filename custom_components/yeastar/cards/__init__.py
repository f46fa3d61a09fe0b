"""Serve the cards: their file, their websocket commands, and what one user sees."""
