"""An environment on this machine's container engine: its bundle, its host commands, a database.

Behind `make run` and, where an engine is there, behind the local AWS. Standard library and PyYAML only, because the
local AWS has a virtual environment of its own.
"""
