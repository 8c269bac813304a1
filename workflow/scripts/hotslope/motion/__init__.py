"""How points move: trend classes, hot spots, density, background and rate."""
