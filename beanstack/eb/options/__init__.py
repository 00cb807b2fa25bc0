"""Option settings: what EB accepts of each, what it accepts of several together, and what a change of one does."""
