"""Labels, bins, screening, models and their validation; fitted on training rows only."""
