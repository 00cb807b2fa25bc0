"""Settings of an environment that were changed beside its stack: by `eb setenv`, the console, another tool.

EB describes 50 to 120 settings that no template sets. One is drift if it differs from what the template or else the
bundle's `.ebextensions` sets; or if neither sets it, and it is neither a default nor made by EB itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.findings import shown
from beanstack.eb.namespaces import (
    CONTROL,
    ENVIRONMENT,
    INSTANCES,
    LAUNCH,
    MANAGED_ACTIONS,
    PARAMETERS,
    PROPERTIES,
    SECRETS,
    WORKER_DAEMON,
)
from beanstack.eb.options.catalogue import Option, facts
from beanstack.eb.options.filled import SERVICE_ROLE, architectures, filled, first
from beanstack.eb.options.keys import Key, key
from beanstack.eb.options.same import name_in, same
from beanstack.eb.options.values import items
from beanstack.operate.hidden import hide
from beanstack.operate.stack import NOT_ASCII, as_returned

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from beanstack.eb.settings import Setting

INSTANCE_TYPES = Key(INSTANCES, "InstanceTypes")
KINDS = (Key(ENVIRONMENT, "EnvironmentType"), Key(ENVIRONMENT, "LoadBalancerType"))
LAUNCH_TYPE = Key(CONTROL, "LaunchType")  # affects only how EB launches, not what runs
TOPICS = "aws:elasticbeanstalk:sns:topics"
QUEUE = Key(WORKER_DAEMON, "WorkerQueueURL")
# The role that the EB CLI and EB's console give managed updates.
# https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-servicerole.html
UPDATES_ROLE = "AWSServiceRoleForElasticBeanstalkManagedUpdates"


class Drift(NamedTuple):
    """A setting that differs. A secret's values are hidden.

    `expected` is None if neither the template nor `.ebextensions` sets the option, `actual` if EB does not have it any
    more. `resource` is empty except for scheduled actions, which it names.
    """

    namespace: str
    resource: str
    option: str
    expected: str | None
    actual: str | None

    def __str__(self) -> str:
        name = Key(self.namespace, self.option, self.resource)
        if self.expected is None:
            return f"{name}: {_quoted(self.actual)} in EB, set nowhere else"
        if self.actual is None:
            return f"{name}: no longer in EB, expected {_quoted(self.expected)}"
        return f"{name}: {_quoted(self.actual)} in EB, expected {_quoted(self.expected)}"


class Unchecked(NamedTuple):
    """What could not be compared, and why."""

    subject: str
    reason: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.reason}"


class Comparison(NamedTuple):
    """The settings that differ, and what was not checked."""

    drifts: list[Drift]
    unchecked: list[Unchecked]


class Running(NamedTuple):
    """What is known of an environment beside its settings.

    `tier` and `platform` are IDs of the facts. `images` are those of its platform's version; `own` are the IDs of what
    EB made for it, and its CNAME. What is None could not be read.
    """

    id: str
    tier: str
    platform: str | None
    images: frozenset[str] | None
    own: frozenset[str] | None


def drift(ours: Iterable[Setting], live: Iterable[Mapping[str, str]], running: Running) -> Comparison:
    """Compare our settings, of which a later one of an option wins, with those that EB describes.

    A value of None is one that only CloudFormation knows. `live` are OptionSettings of DescribeConfigurationSettings.
    """
    expected = {key(one.namespace, one.option, one.resource): one.value for one in ours}
    actual = {
        key(one["Namespace"], one["OptionName"], one.get("ResourceName", "")): one.get("Value", "") for one in live
    }
    found = Comparison([], [])
    compared = _Compared(expected, actual, running)
    for name in sorted({*expected, *actual}):
        if name.namespace == PARAMETERS:  # parameters of EB's own stack, among them every property in plain text
            continue
        difference = compared.difference(name)
        if isinstance(difference, Drift):
            found.drifts.append(difference)
        elif difference:
            found.unchecked.append(Unchecked(str(name), difference))
    return found


class _Compared:
    """Our settings and EB's, by option."""

    def __init__(self, expected: Mapping[Key, str | None], actual: Mapping[Key, str], running: Running) -> None:
        self.expected = expected
        self.actual = actual
        self.running = running
        # What EB fills in depends on the kind of environment, which may have been changed too.
        changed = {kind: actual[kind] for kind in KINDS if kind in actual}
        self.filled = [_filled(ours, running) for ours in (expected, {**expected, **changed})]

    def difference(self, name: Key) -> Drift | str:
        """Return how a setting differs, why that is not known, or an empty string if it does not differ."""
        theirs, ours = self.actual.get(name, ""), self.expected.get(name, "")
        fact = _fact(name)
        if fact.sensitive:
            return "a secret, which EB does not show" if ours != "" else ""
        if ours is None:
            return "a secret, or a value that only CloudFormation knows"
        if ours == "":
            return self._unset(name, theirs)
        if name not in self.actual:
            return self._missing(name, ours)
        if self._is_same(name, ours, theirs):
            return ""
        is_unknown = "?" in ours and as_returned(ours) == as_returned(theirs)
        return NOT_ASCII if is_unknown else self._drift(name)

    def _missing(self, name: Key, ours: str) -> Drift | str:
        """Judge a setting of ours that EB does not describe."""
        match = facts().find(name.namespace)
        vanishes = name.resource or name.namespace in (PROPERTIES, SECRETS) or (match and match.namespace.is_family)
        if vanishes:
            return self._drift(name)
        # Of the others, EB describes a default once they are removed, unless they have no effect here.
        return "" if same(_fact(name), ours, _fact(name).default or "") else "EB does not describe it"

    def _is_same(self, name: Key, ours: str, theirs: str) -> bool:
        fact = _fact(name)
        return same(fact, ours, theirs) or same(fact, ours, self._foreign(name, theirs))

    def _unset(self, name: Key, theirs: str) -> Drift | str:
        """Judge a setting that we leave to EB."""
        fact = _fact(name)
        filled_in = [one.get((name.namespace, name.option)) or "" for one in self.filled]
        defaults = filled_in if any(filled_in) else [fact.default or ""]
        if theirs and self._is_foreign_listener(name):
            return self._drift(name)
        if not theirs or any(same(fact, theirs, default) for default in defaults):
            return ""
        if self._is_made_by_eb(name, theirs):
            return ""
        if not facts().find_option(name.namespace, name.option):
            return "an option that Beanstack does not know"
        arm = "arm64" in architectures(self.actual.get(INSTANCE_TYPES, ""))
        if name == Key(LAUNCH, "ImageId") and (arm or not self.running.images):
            return "the platform's images are not known"
        if name.option == "SecurityGroups" and self.running.own is None:
            return "the stack that EB made for the environment could not be read"
        return self._drift(name)

    def _is_foreign_listener(self, name: Key) -> bool:
        """Return whether an option is of a further listener, which is drift even if it has defaults alone."""
        match = facts().find(name.namespace)
        is_listener = match is not None and bool(match.namespace.number)
        return is_listener and all(namespace != name.namespace for one in self.filled for namespace, _ in one)

    def _is_made_by_eb(self, name: Key, theirs: str) -> bool:
        """Return whether EB made or derived a value. Security groups and instance types never pass by name alone."""
        if name == LAUNCH_TYPE:
            return True
        if name == Key(LAUNCH, "ImageId"):
            return theirs in (self.running.images or ())
        if name == Key(LAUNCH, "InstanceType"):
            return theirs == first(self.actual.get(INSTANCE_TYPES, ""))
        if name == Key(INSTANCES, "SupportedArchitectures"):
            return same(_fact(name), theirs, architectures(self.actual.get(INSTANCE_TYPES, "")))
        if name == Key(MANAGED_ACTIONS, "ServiceRoleForManagedUpdates"):
            roles = (self.actual.get(Key(ENVIRONMENT, "ServiceRole"), ""), UPDATES_ROLE, SERVICE_ROLE)
            return name_in(theirs) in [name_in(role) for role in roles]
        if name == Key(TOPICS, "Notification Topic ARN"):
            of_endpoint = bool(self.actual.get(Key(TOPICS, "Notification Endpoint")))
            return of_endpoint and name_in(theirs).startswith("ElasticBeanstalkNotifications-Environment-")
        if name == QUEUE:
            return self._is_own(theirs) or theirs.rpartition("/")[2].startswith(f"awseb-{self.running.id}-")
        if name.option == "ManagedSecurityGroup":
            return self._is_own(theirs)
        return not self._foreign(name, theirs)

    def _foreign(self, name: Key, theirs: str) -> str:
        """Return a list without what EB adds: its own security group, or the environment's CNAME."""
        fact = _fact(name)
        if fact.type != "list":
            return theirs
        ours, there = items(fact, self.expected.get(name) or ""), items(fact, theirs)
        foreign = [item for item in there if item in ours or not self._is_own(item)]
        return theirs if foreign == there else ",".join(foreign)

    def _is_own(self, item: str) -> bool:
        """Return whether EB made something for this environment, by its ID or by EB's own form of names."""
        form = rf"awseb-{re.escape(self.running.id)}-stack-AWSEB(LoadBalancer)?SecurityGroup-\w+"
        return item in (self.running.own or ()) or bool(re.fullmatch(form, item))

    def _drift(self, name: Key) -> Drift:
        ours, theirs = self.expected.get(name), self.actual.get(name)
        if theirs is not None:
            theirs = self._foreign(name, theirs)
        ours, theirs = hide(name.namespace, name.option, ours, theirs)
        return Drift(name.namespace, name.resource, name.option, ours, theirs)


def _filled(ours: Mapping[Key, str | None], running: Running) -> Mapping[tuple[str, str], str | None]:
    plain = {(name.namespace, name.option): value for name, value in ours.items() if value and not name.resource}
    return filled(plain, running.tier, running.platform)


def _fact(name: Key) -> Option:
    return facts().find_option(name.namespace, name.option) or Option()


def _quoted(value: str | None) -> str:
    return shown(value) if value else "empty"
