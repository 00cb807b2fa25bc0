"""How many instances run."""

from __future__ import annotations

from beanstack.config.model import Integer, Model
from beanstack.config.option import BALANCED, option
from beanstack.eb.namespaces import GROUP


class Scaling(Model):
    """How many instances run."""

    min: Integer = option(GROUP, "MinSize", only=BALANCED, description="Fewest instances.")
    max: Integer = option(GROUP, "MaxSize", only=BALANCED, ge=1, description="Most instances.")
