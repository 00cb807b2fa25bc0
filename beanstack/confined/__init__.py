"""A folder for PYTHONPATH, in which Python finds the module that confines it to loopback."""
