"""Potential landslide candidates: outlines per track, merged over tracks."""
