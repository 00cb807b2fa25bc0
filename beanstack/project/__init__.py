"""A project's own files: what `beanstack init` makes, the pin of its Beanstack, and what an upgrade changes."""
