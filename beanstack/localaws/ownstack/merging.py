"""A bundle's `Resources`, merged into EB's own ones as EB would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb import mergedresources
from beanstack.eb.mergedresources import MergeError
from beanstack.eb.options.keys import key
from beanstack.extensions import ExtensionsError, files_of, section
from beanstack.localaws.api import OperationError

if TYPE_CHECKING:
    from beanstack.localaws.ownstack.options import Options
    from beanstack.localaws.ownstack.parts import Resources


def merged(own: Resources, options: Options, bundle: bytes | None) -> Resources:
    """Return EB's own resources with those of a bundle; raise OperationError for what EB would refuse."""
    try:
        files = files_of(bundle or b"")
    except ExtensionsError:
        return own  # a bundle that a test made up

    def value(namespace: str, option: str) -> str | None:
        return options.table.get(key(namespace, option))

    try:
        return mergedresources.merged(own, list(section(files, "Resources")), value)
    except ExtensionsError as error:
        raise OperationError(f"The configuration file {error}. Update the configuration file.") from None
    except MergeError as error:
        raise OperationError(str(error)) from None
