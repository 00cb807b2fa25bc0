"""The checkouts of the recipes' tests."""

from tests.recipes.conftest import checkout, new_checkout

__all__ = ["checkout", "new_checkout"]
