"""Rules for cfn-lint, of Elastic Beanstalk: `cfn-lint TEMPLATE --append-rules beanstack.lint.rules`.

One rule a kind of finding, as eb/facts/template_rules.json lists them and docs/reference/rules.md describes them.
https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from beanstack.eb.rules import TITLES, template_rules
from beanstack.lint.rules.places import Places
from beanstack.lint.rules.template import template_findings

if TYPE_CHECKING:
    from cfnlint.template import Template

    from beanstack.eb.rules import Rule


class ElasticBeanstalkRule(CloudFormationLintRule):  # type: ignore[misc]
    """One kind of finding; all kinds share one look at the template."""

    tags = ("resources", "elasticbeanstalk")

    def match(self, cfn: Template) -> list[RuleMatch]:
        """The findings of this kind, each at its value."""
        return [match for id_, match in _matches(cfn) if id_ == self.id]


@lru_cache(maxsize=1)
def _matches(template: Template) -> list[tuple[str, RuleMatch]]:
    """All findings. The path is the resource's, by which cfn-lint's directives know it; the place is the value's."""
    found = template_findings(template)
    places = Places(template.filename if found else None)
    matches = []
    for finding in found:
        source = finding.also[0] if finding.also else ()
        elsewhere = source and source[:2] != finding.path[:2]
        where = f" (in {'/'.join(map(str, finding.path[:2]))})" if elsewhere else ""
        place = places.place(source) if source else None
        match = RuleMatch([*finding.path], finding.message + where, **({"location": place} if place else {}))
        matches.append((finding.id, match))
    return matches


def _rule(rule: Rule) -> type[ElasticBeanstalkRule]:
    named = {"id": rule.id, "shortdesc": TITLES[rule.kind], "description": rule.description, "source_url": rule.page}
    return type(rule.id, (ElasticBeanstalkRule,), named)


# cfn-lint takes the classes that it finds in a module for its rules.
globals().update({rule.id: _rule(rule) for rule in template_rules().values()})
