"""hotslope: from InSAR points to a map of potential landslides (imports nothing)."""
