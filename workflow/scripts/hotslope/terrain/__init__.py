"""Rasters of the shape of the ground and of the water on it."""
