"""A study area with known truth, written as raw inputs."""
