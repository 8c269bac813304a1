"""Change: of the rates of candidates, from run to run."""
