"""What must hold between the settings of one environment, beyond each one's own type and range.

A rule takes an environment and yields a finding for each thing that is wrong; the finding's path leads to the
culprit. The loader runs all of them on an environment whose settings are all valid by themselves. The first address in
a rule's docstring is the page that a user is shown.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from beanstack.config.rules import (
    balancer,
    bootstrap,
    builds,
    capacity,
    containers,
    dns,
    environment,
    https,
    network,
    references,
    region,
    roles,
    variables,
    volumes,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from beanstack.config.settings import Environment
    from beanstack.eb.findings import Finding

    Rule = Callable[[Environment], Iterable[Finding]]

RULES: tuple[Rule, ...] = (
    containers.task,
    balancer.available,
    balancer.of_its_owner,
    balancer.places,
    balancer.destinations,
    balancer.named,
    balancer.unread_by_tcp,
    containers.own_mounts,
    bootstrap.entry_point,
    bootstrap.one_bootstrapped_user,
    references.resolved,
    variables.bootstrapped_names,
    builds.account,
    builds.repository,
    volumes.reserved_names,
    volumes.reserved_folders,
    volumes.overlaps,
    environment.architectures,
    environment.migration,
    variables.database,
    environment.deletion_protection,
    environment.single_instance,
    capacity.single_instance,
    environment.plain_secrets,
    environment.tags,
    region.images,
    region.roles,
    region.partitions,
    roles.one_source,
    roles.policies_once,
    environment.success,
    https.balancer,
    https.redirection,
    https.certificate,
    https.validation,
    https.names,
    dns.zones,
    dns.alias_zones,
    dns.repeated,
    dns.smoke_test,
    network.ssh,
    network.sources,
    network.dual_stack,
)
# Valid, but probably not intended.
WARNINGS: tuple[Rule, ...] = (
    balancer.delivery,
    containers.unwise,
    volumes.unmounted,
    environment.unread_health_check,
    environment.ignored_by_basic_health,
    environment.unread_deployment,
    environment.no_instance,
    environment.protected_but_interrupted,
    capacity.unread_on_single_instance,
    capacity.unread_pause,
    capacity.image,
    capacity.burst_credits,
    environment.local_database_user,
    region.unknown,
    references.substituted,
    variables.of_eb,
    variables.of_shell,
    variables.search_paths,
    variables.set_twice,
    https.policy,
    https.quota,
    dns.unnamed,
    dns.internal,
    network.unread,
    network.unread_of_balancer,
    network.open_ssh,
    network.unlikely_addresses,
    network.health_checks,
    network.rules_of_groups,
    network.addresses_of_instances,
    network.default_vpc,
    network.session_manager,
)


def findings(rules: Iterable[Rule], environment: Environment) -> Iterator[Finding]:
    """Yield what some rules find in an environment, each with the page that says so."""
    for rule in rules:
        for finding in rule(environment):
            yield replace(finding, page=finding.page or page_of(rule))


@cache
def page_of(rule: Rule) -> str:
    """Return the first address in a rule's docstring, empty without any."""
    found = re.search(r"https://[^\s)]+", rule.__doc__ or "")
    return found[0].rstrip(".,:;") if found else ""
