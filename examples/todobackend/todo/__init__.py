"""The todo list itself."""
