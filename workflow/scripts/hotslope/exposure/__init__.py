"""What lies on candidates and in their reach: buildings, roads, rivers."""
