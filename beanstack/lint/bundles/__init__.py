"""Source bundles: how they are read without trusting them, and what is wrong with them."""
