"""cfn-lint rules for Elastic Beanstalk: `cfn-lint TEMPLATE --append-rules beanstack.lint.rules`.

Each kind of finding in eb/facts/template_rules.json has a rule; docs/reference/rules.md describes them.
https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from beanstack.eb.findings import printable
from beanstack.eb.rules import TITLES, template_rules
from beanstack.lint.rules.places import Places
from beanstack.lint.rules.template import template_findings

if TYPE_CHECKING:
    from cfnlint.template import Template

    from beanstack.eb.findings import Finding
    from beanstack.eb.rules import Rule


class ElasticBeanstalkRule(CloudFormationLintRule):  # type: ignore[misc]
    """A rule for one kind of finding; all rules share one run over the template."""

    tags = ("resources", "elasticbeanstalk")

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Return the findings of this kind."""
        return [match for id_, match in _matches(cfn) if id_ == self.id]


@lru_cache(maxsize=1)
def _matches(template: Template) -> list[tuple[str, RuleMatch]]:
    """Return all findings with the IDs of their rules."""
    found = template_findings(template)
    if not found:
        return []
    places = Places(template.filename)
    return [(finding.id, _match(finding, places)) for finding in found]


def _match(finding: Finding, places: Places) -> RuleMatch:
    """Return a finding as cfn-lint has it: with the path of the resource, to which directives apply, at its value."""
    message = printable(finding.message)
    if not finding.also:
        return RuleMatch([*finding.path], message)
    source = finding.also[0]
    if source[:2] != finding.path[:2]:
        message += f" (in {'/'.join(map(str, finding.path[:2]))})"
    place = places.place(source)
    if place is None:
        return RuleMatch([*finding.path], message)
    return RuleMatch([*finding.path], message, location=place)


def _rule(rule: Rule) -> type[ElasticBeanstalkRule]:
    named = {"id": rule.id, "shortdesc": TITLES[rule.kind], "description": rule.description, "source_url": rule.page}
    return type(rule.id, (ElasticBeanstalkRule,), named)


# cfn-lint takes the classes in a module as its rules.
globals().update({rule.id: _rule(rule) for rule in template_rules().values()})
