"""How the show reaches the viewer without a gap: clock, ring, encoder, pushers."""
