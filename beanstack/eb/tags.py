"""Tags of an environment.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.tagging.html
"""

from __future__ import annotations


def is_reserved(tag: str) -> bool:
    """Return whether EB or AWS sets a tag itself, so that nobody else can."""
    return tag == "Name" or tag.lower().startswith(("aws:", "elasticbeanstalk:"))
