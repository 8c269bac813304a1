"""Interferometry: unwrapped interferograms of a track to points with rates and series."""
