"""A project's own files: those that `beanstack init` creates, the pinned Beanstack, and the changes of an upgrade."""
