"""Taking over a running environment: its settings are written to config, and Beanstack's stacks import it."""
