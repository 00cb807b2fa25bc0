"""The option table of an environment: what its configuration declares, and what several keys make together.

What Beanstack manages is always written, defaults included, because EB keeps the value of an option that disappears:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticbeanstalk-environment.html

Options, ranges and defaults: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from troposphere import ImportValue, Ref
from troposphere.elasticbeanstalk import OptionSetting

from beanstack.config.ecs import Same
from beanstack.config.option import declared, raw_options, resolved, written
from beanstack.eb.namespaces import ENVIRONMENT, HEALTH, LAUNCH, MANAGED_ACTIONS
from beanstack.resources import exports, iam
from beanstack.resources.functions import in_template
from beanstack.resources.options.balancer import load_balancer
from beanstack.resources.options.capacity import scaling, spot, trigger
from beanstack.resources.options.database import coupled_database
from beanstack.resources.options.deployment import managed_updates
from beanstack.resources.options.health import health
from beanstack.resources.options.https import https
from beanstack.resources.options.network import network
from beanstack.resources.options.processes import processes, rules

if TYPE_CHECKING:
    from beanstack.config import Application, Environment
    from beanstack.config.option import Table


def option_settings(application: Application, environment: Environment) -> list[OptionSetting]:
    """Return the table as CloudFormation takes it, sorted by namespace, option and resource."""
    settings = []
    for (namespace, name, resource), entry in sorted(table(application, environment).items()):
        of_resource = {"ResourceName": resource} if resource else {}
        value = in_template(entry.value)
        settings.append(OptionSetting(Namespace=namespace, OptionName=name, Value=value, **of_resource))
    return settings


def table(application: Application, environment: Environment) -> Table:
    """Return every option of an environment; keys win over what is made here, and config's own `options` over both.

    A value that CloudFormation resolves decides nothing here. Several resources ask for the table of one environment,
    one after the other, so the last one is kept.
    """
    return dict(_table(Same(application), Same(environment)))


@lru_cache(maxsize=1)
def _table(of: Same[Application], at: Same[Environment]) -> Table:
    application, environment = of.value, at.value
    given = dict(declared(environment, environment.balancer)) | dict(raw_options(environment.options))
    made = {
        **constants(application),
        **scaling(environment, given),
        **spot(environment),
        **trigger(environment, given),
        **load_balancer(application, environment, given),
        **processes(environment, given),
        **https(environment),
        **coupled_database(environment),
        **health(environment),
        **network(environment),
    }
    functions = dict(resolved(environment.functions))
    whole = {**made, **given}
    return {
        **made,
        **managed_updates(environment, {**whole, **functions}),
        **rules(environment, whole),
        **given,
        **functions,
    }


def constants(application: Application) -> Table:
    """Return what no key changes. gp3 and IMDSv2 make EB use a launch template, which new accounts need."""
    return {
        # A key of config may name an existing profile and role.
        **written(
            LAUNCH,
            {"DisableIMDSv1": "true", "IamInstanceProfile": Ref(iam.INSTANCE_PROFILE), "RootVolumeType": "gp3"},
        ),
        **written(ENVIRONMENT, {"ServiceRole": ImportValue(exports.name(application, exports.SERVICE_ROLE))}),
        **written(HEALTH, {"SystemType": "enhanced"}),
        # The platform's version is pinned; EB must not move it behind the template's back.
        **written(MANAGED_ACTIONS, {"ManagedActionsEnabled": "false"}),
    }
