"""One module per format of InSAR points; each gives a `Collection` per file."""
