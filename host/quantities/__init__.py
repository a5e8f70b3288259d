"""Numbers, in every notation that a host may say or show, as values with units."""
