"""Security groups that the template no longer has and EB goes on using, because it keeps options that disappear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.eb.namespaces import CLASSIC_LOAD_BALANCER, LOAD_BALANCER, SINGLE_INSTANCE
from beanstack.operate.comparison.fates import references
from beanstack.operate.comparison.model import Danger
from beanstack.operate.comparison.observed import options, written
from beanstack.operate.comparison.settings import is_set, unset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from beanstack.operate.comparison.fates import Fate
    from beanstack.operate.comparison.observed import Body

SECURITY_GROUP = "AWS::EC2::SecurityGroup"
OF_BALANCERS = (LOAD_BALANCER, CLASSIC_LOAD_BALANCER)
KEEP = "Put back `vpc` or `load_balancer.sources`, [0.0.0.0/0] for all; or give the option another value in `options`"


def in_use(fates: Iterable[Fate], deployed: Body, planned: Body) -> Iterator[Danger]:
    """Yield groups that would be deleted though instances or a load balancer still have them, which EC2 refuses.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
    """
    removed = [fate for fate in fates if fate.action == "Remove" and fate.type == SECURITY_GROUP]
    if not removed:
        return
    after = options(planned)
    kept = unset(options(deployed), after)
    if is_set(after, "EnvironmentType", SINGLE_INSTANCE):  # the load balancer goes, and lets go of its groups
        kept = [option for option in kept if option.namespace not in OF_BALANCERS]
    values = written(deployed)
    for fate in removed:
        users = [option for option in kept if fate.name in references(values[option])]
        if users:
            reason = f"{fate.name} ({fate.type}) cannot be deleted: EB keeps {users[0]}, which names it"
            yield Danger("in-use", fate.name, reason, KEEP)
