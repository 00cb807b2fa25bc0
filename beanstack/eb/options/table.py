"""Settings by namespace and option, for the rules between options."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.namespaces import ENVIRONMENT, SINGLE_INSTANCE
from beanstack.eb.tiers import BY_ID

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beanstack.eb.options.catalogue import Facts, Namespace, Option
    from beanstack.eb.settings import Context


class Entry(NamedTuple):
    """A setting that takes effect: its index among all, its option in EB's own case, and its value if it is known."""

    setting: int
    option: str
    value: str | None
    resource: str


class Table:
    """The settings that take effect, by namespace in EB's own case: the last one of each option, if not empty."""

    def __init__(self, facts: Facts, context: Context) -> None:
        self.facts = facts
        self.context = context
        self._entries: dict[str, dict[str, dict[str, Entry]]] = {}  # by namespace, option and resource
        self._members: dict[str, list[tuple[str, Mapping[str, str]]]] = {}  # of families, until a namespace is added

    def add(self, namespace: str, entry: Entry) -> None:
        self.drop(namespace, entry.option, entry.resource)
        self._entries.setdefault(namespace, {}).setdefault(entry.option, {})[entry.resource] = entry
        self._members.clear()

    def drop(self, namespace: str, option: str, resource: str) -> None:
        """Remove the setting of an option, as a later empty one does."""
        options = self._entries.get(namespace, {})
        if options.get(option, {}).pop(resource, None) and not options[option]:
            del options[option]
            if not options:
                del self._entries[namespace]
                self._members.clear()

    def of(self, name: str, bound: Mapping[str, str]) -> list[tuple[str, Mapping[str, str]]]:
        """Return the namespaces that are set, with their placeholders: the one of that name or, of a family, all.

        If all placeholders of a family are `bound`, only the namespace with these values is meant. `process:default`,
        which has an entry of its own in the facts, belongs to the family of processes as well.
        """
        family = self.facts.families.get(name)
        if not family:
            return [(name, {})] if name in self._entries else []
        if family.placeholders.keys() <= bound.keys():
            full_name = name.format(**bound)
            return [(full_name, bound)] if full_name in self._entries else []
        if name not in self._members:
            self._members[name] = list(self._of_family(family))
        return self._members[name]

    def _of_family(self, family: Namespace) -> Iterator[tuple[str, Mapping[str, str]]]:
        for full_name in self._entries:
            match = family.match.search(full_name)
            if match and full_name.startswith(family.prefix):
                yield full_name, match.groupdict()

    def each(self, name: str) -> Iterator[Mapping[str, str]]:
        """Yield the placeholders of each namespace of a family that is set.

        Other than in `of`, a namespace that is like those of the family belongs to it: `listener:default` is one more
        listener, though no port.
        """
        for _, bound in self.of(name, {}):
            yield bound
        family = self.facts.families[name]
        [placeholder] = family.placeholders
        for full_name in self._entries:
            namespace = self.facts.named.get(full_name.lower())
            is_like = namespace and namespace.like is family and full_name.startswith(family.prefix)
            if is_like and not family.match.search(full_name):
                yield {placeholder: full_name.removeprefix(family.prefix)}

    def entries(
        self, name: str, bound: Mapping[str, str], option: str | None = None, resource: str | None = None
    ) -> Iterator[Entry]:
        """Yield the settings of a namespace or a family of namespaces, or those of one option or resource in it."""
        for full_name, _ in self.of(name, bound):
            options = self._entries[full_name]
            for of_option in options.values() if option is None else filter(None, [options.get(option)]):
                if resource is None:
                    yield from of_option.values()
                elif resource in of_option:
                    yield of_option[resource]

    def last(self, reference: str, bound: Mapping[str, str], resource: str | None = None) -> Entry | None:
        """Return the setting of `namespace::Option`, the last one if several resources have it."""
        namespace, _, name = reference.rpartition("::")
        found = None
        for entry in self.entries(namespace, bound, name, resource):
            found = entry
        return found

    def option(self, reference: str) -> Option | None:
        """Return the facts on `namespace::Option`."""
        name, _, option = reference.rpartition("::")
        family = self.facts.families.get(name)
        namespace = family or self.facts.named.get(name.lower())
        return namespace.option(option) if namespace else None

    def default(self, reference: str) -> str | None:
        """Return an option's default in this environment, or None if it is not known."""
        option = self.option(reference)
        if not option or not self.context.complete:
            return None
        return self.facts.default(option, self.fact)

    def fact(self, name: str) -> str | None:
        """Return a fact on the environment: tier, platform, load_balancer_type or environment_type."""
        match name:
            case "tier":
                return self.context.tier
            case "platform":
                return self.context.platform
            case "load_balancer_type":
                return self._effective("LoadBalancerType")
            case "environment_type":
                return self._effective("EnvironmentType")
        return None

    @property
    def is_single(self) -> bool:
        """Whether the environment is a single instance. EB ignores case here."""
        return (self.fact("environment_type") or "").lower() == SINGLE_INSTANCE.lower()

    @property
    def balancer(self) -> str | None:
        """The type of the load balancer, None if there is none or it is not known.

        A worker and a single instance have none, whatever the default of its type is.
        """
        tier = BY_ID.get(self.fact("tier") or "")
        if self.is_single or not tier or not tier.serves_requests:
            return None
        return self.fact("load_balancer_type")

    def _effective(self, option: str) -> str | None:
        reference = f"{ENVIRONMENT}::{option}"
        entry = self.last(reference, {})
        return entry.value if entry else self.default(reference)
