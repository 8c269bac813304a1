"""Conditioning factors of each candidate."""
