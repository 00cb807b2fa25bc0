"""Text in YAML and JSON as trees of nodes that know their places. Needs PyYAML and `beanstack.eb` alone."""
