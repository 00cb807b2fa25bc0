"""One module an AWS concern; each makes the resources of its concern from settings."""
