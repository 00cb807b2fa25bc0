"""Where a configuration is refused, though the author of a bundle or a template only gets a warning.

A configuration is written and reviewed for one purpose, so what is hardly ever right there can be an error.
"""

# By the names of rules in facts/bundle_rules.json, and the ids of rules between options in facts/options.json.
STRICTER = frozenset(
    {
        "credentials-need-role",
        "host-ports-reserved",
        "mounted-twice",
        "no-self-link",
        "temporary-mount",
        "waits-for-essential",
        "waits-for-health",
        "waits-in-circle",
    }
)
