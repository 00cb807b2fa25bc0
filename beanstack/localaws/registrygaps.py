"""Behaviour of the registries of ECR that Beanstack relies on and that ministack lacks.

tests/localaws/test_registry.py has a contract test for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.localaws.modules import Modules


def close_gaps(modules: Modules) -> None:
    """Find a repository in whichever account and Region has it.

    AWS has a registry for each, with a host name of its own; here they share an address, and a push to it is unsigned.
    """
    select = modules.ecr._select_registry_request_scope

    def selected(name: str, headers: Mapping[str, str], query: Mapping[str, list[str]]) -> None:
        select(name, headers, query)
        if not name or name in modules.ecr._repositories:
            return
        for (account, region, stored), _ in modules.ecr._repositories.all_items():
            if stored == name:
                modules.responses.set_request_account_id(account)
                modules.responses.set_request_region(region)
                return

    modules.ecr._select_registry_request_scope = selected
