"""The operator's page: what is on air, what was asked, and the red button."""
