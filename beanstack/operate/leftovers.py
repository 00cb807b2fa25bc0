"""Options that the template no longer sets, whose values EB keeps until a call removes them.

The preflight finds them by comparing with what is deployed; they are removed once the deployment is healthy.
https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_UpdateEnvironment.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from beanstack.eb.findings import printable
from beanstack.operate.comparison.observed import Option, options
from beanstack.operate.comparison.settings import left
from beanstack.operate.deploying import note, this_run
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beanstack.operate.call import Call
    from beanstack.operate.comparison.observed import Observed


def of(observed: Observed) -> list[Option]:
    """Return the options that a deployment leaves behind."""
    return left(options(observed.own.deployed), options(observed.own.planned))


def remove(call: Call) -> bool:
    """Make EB forget the options that this deployment recorded; return whether there are any.

    Raises DeploymentError if EB refuses.
    """
    found = [Option(*one) for one in this_run(call).get("leftovers", ())]
    if found:
        specifications = [specification(option) for option in found]
        name = call.deployment.eb_environment
        try:
            call.clients.beanstalk.update_environment(EnvironmentName=name, OptionsToRemove=specifications)
        except ClientError as error:
            refused = f"{call.stack} is deployed and healthy, but EB did not remove the leftover options: {error}"
            raise DeploymentError(f"{refused}\nTo remove it later: {removal(call, found)}") from None
        print(f"{call.stack}: removing {printable(', '.join(map(str, found)))}", flush=True)
        note(call, leftovers=[])
    return bool(found)


def specification(option: Option) -> dict[str, str]:
    """Return an option as EB's API names it."""
    made = {"Namespace": option.namespace, "OptionName": option.name}
    return {**made, "ResourceName": option.resource} if option.resource else made


def removal(call: Call, found: Iterable[Option]) -> str:
    """Return the command that makes EB forget options."""
    name = call.deployment.eb_environment
    words = ["aws", "elasticbeanstalk", "update-environment", "--environment-name", name, "--options-to-remove"]
    for option in found:
        words.append(",".join(f"{key}={value}" for key, value in specification(option).items()))
    return " ".join(call.aws_words(words))
