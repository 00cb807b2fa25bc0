"""Taking over an environment that runs: what it is becomes config, and its resources join Beanstack's stacks."""
