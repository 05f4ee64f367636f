"""People with protected personal data: an alias in every list, and a sealed record that few may open."""
