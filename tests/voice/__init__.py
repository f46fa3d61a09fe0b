"""What the integration understands, does and says when people speak to it."""
