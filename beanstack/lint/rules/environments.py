"""The option settings of a template's environments and configuration templates, judged in each of its worlds.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticbeanstalk-environment.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticbeanstalk-configurationtemplate.html
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.catalogue import facts
from beanstack.eb.check import check_options
from beanstack.eb.settings import Context, Setting, concerned, culprit
from beanstack.eb.tiers import BY_NAME, WEB
from beanstack.lint.rules.found import moved
from beanstack.lint.rules.worlds import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beanstack.eb.findings import Finding, Path
    from beanstack.lint.rules.worlds import Node, World

ALTERNATIVES = 200  # values of settings that hang on a mapping or a region, of all together
PARTS = {"namespace": "Namespace", "option": "OptionName", "value": "Value", "resource": "ResourceName"}


class Given(NamedTuple):
    """An option setting of a template: its item, and what its value may come to."""

    item: Node
    parts: Mapping[str, Node | None]
    namespace: str
    option: str
    resource: str
    values: tuple[Text, ...]
    sketch: str = ""
    sure: bool = True

    def path(self, part: str) -> Path:
        """The path of a part of it, of the whole item where the part is not there."""
        node = self.parts.get(part)
        return node.path if node else self.item.path


class Options(NamedTuple):
    """The option settings that could be read; not `complete` where some could not."""

    given: list[Given]
    complete: bool = True


def options(world: World, properties: Node | None) -> Options:
    """The option settings of an Environment or a ConfigurationTemplate."""
    node = world.child(properties, "OptionSettings")
    if not node:
        return Options([])
    found = [_given(world, item) for item in world.items(node)]
    return Options([given for given in found if given], isinstance(node.value, list) and None not in found)


def _given(world: World, item: Node) -> Given | None:
    """None where it cannot be known which option is set, or where it is set to nothing."""
    parts = {part: world.child(item, key) for part, key in PARTS.items()}
    namespace, option = world.text(parts["namespace"]), world.text(parts["option"])
    resource = world.text(parts["resource"]) if parts["resource"] else ""
    value = parts["value"]
    nothing = value is None and item.child(PARTS["value"]) is not None
    if namespace is None or option is None or resource is None or nothing:
        return None
    if value is None:
        return Given(item, parts, namespace, option, resource, (Text(None, item.path),))
    texts, sure = tuple(world.texts(value)), world.is_sure(value.path)
    return Given(item, parts, namespace, option, resource, texts, world.sketch(value), sure)


def overlaid(base: Options, over: Options) -> Options:
    """The settings of a configuration template under those of the environment that uses it."""
    set_again = {_key(given) for given in over.given}
    return Options(
        [*(given for given in base.given if _key(given) not in set_again), *over.given], base.complete and over.complete
    )


def _key(given: Given) -> tuple[str, str, str]:
    return given.namespace.lower(), given.option.lower(), given.resource


def environment_context(world: World, properties: Node | None, platform: str | None, *, complete: bool) -> Context:
    """What is known of an Environment; a version may bring settings of its own, in .ebextensions."""
    tier = world.child(properties, "Tier")
    name = world.text(world.child(tier, "Name")) if tier else WEB.name
    tier_facts = BY_NAME.get(name or "")
    complete = complete and not world.child(properties, "VersionLabel")
    return Context(tier_facts.id if tier_facts else None, platform, complete)


def option_findings(options: Options, context: Context) -> Iterator[Finding]:
    """What is wrong with some settings, for each value that one of them may have."""
    given = options.given
    for alternative in islice(_alternatives(given), ALTERNATIVES):
        texts = [known.values[0] if len(known.values) == 1 else Text(None, ()) for known in given]
        if alternative:
            index, text = alternative
            texts[index] = text
        settings = [
            Setting(known.namespace, known.option, text.text, known.resource, sketch=known.sketch)
            for known, text in zip(given, texts, strict=True)
        ]
        for finding in _findings(settings, context):
            # Of several values which one comes with another's is not known, nor what comes with a free condition.
            alone = not finding.also and not finding.constraint
            together = all(given[index].sure for index in concerned(finding))
            if alone or (together and not alternative):
                yield _in_template(finding, given, texts)


def _findings(settings: Sequence[Setting], context: Context) -> list[Finding]:
    """An error is what stays wrong whatever else is set: what a template lacks may come another way, so only warns."""
    found = check_options(settings, facts(), context)
    if not context.complete or all(finding.severity != "error" for finding in found):
        return found
    sure = {
        (finding.id, finding.path[:1], finding.constraint)
        for finding in check_options(settings, facts(), context._replace(complete=False))
    }
    return [
        finding if (finding.id, finding.path[:1], finding.constraint) in sure else finding.as_warning()
        for finding in found
    ]


def _alternatives(given: Sequence[Given]) -> Iterator[tuple[int, Text] | None]:
    yield None
    for index, setting in enumerate(given):
        if len(setting.values) > 1:
            yield from ((index, text) for text in setting.values)


def _in_template(finding: Finding, given: Sequence[Given], texts: Sequence[Text]) -> Finding:
    if not finding.path:
        return moved(finding, ())
    index, part = culprit(finding), str(finding.path[1])
    path = given[index].path(part)
    source = texts[index].path if part == "value" else path
    return moved(finding, path, source or path)
