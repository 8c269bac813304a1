"""Raw exports to one clean table of points per track."""
