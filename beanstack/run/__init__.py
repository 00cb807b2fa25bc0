"""Running an environment on this machine's container engine: its bundle, its host commands, a database.

`make run` uses this package, and so does the local AWS if it finds an engine. The package imports only the standard
library and PyYAML, because the local AWS has a virtual environment of its own.
"""
