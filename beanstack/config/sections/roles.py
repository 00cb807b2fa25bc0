"""The roles of an environment: what its instances may do, and who else's roles it uses."""

from __future__ import annotations

from collections.abc import Mapping  # pydantic reads the annotations when it builds the model
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from beanstack.config.model import Model, OrFunction, Shape, refuse
from beanstack.config.option import option
from beanstack.eb import rolearns
from beanstack.eb.findings import shown
from beanstack.eb.functions import Function
from beanstack.eb.namespaces import ENVIRONMENT, LAUNCH

AWS, MINIMAL = "aws", "minimal"
WORDS = (AWS, MINIMAL)
# Managed policies of a role, with the highest quota. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
MOST = 20

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
COMPARISONS = (
    "String(Not)?(Equals|EqualsIgnoreCase|Like)|(Numeric|Date)((Not)?Equals|(Less|Greater)Than(Equals)?)|Bool|"
    "(Not)?IpAddress|Arn(Not)?(Equals|Like)"
)
OPERATOR = f"((ForAnyValue|ForAllValues):)?({COMPARISONS})(IfExists)?|Null"

Action = Annotated[str, Shape(r"^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$", "an action such as s3:GetObject")]
Resource = Annotated[
    str, Shape(r"^(\*|arn:(aws[a-z-]*|\*):[!-9;-~]+:[!-9;-~]*:([0-9]{12}|aws|\*)?:[!-~]+)$", "an ARN, or '*'")
]
ResourceArn = Annotated[str | Function, OrFunction(Resource)]
Operator = Annotated[str, Shape(f"^({OPERATOR})$", "a condition operator such as StringEquals")]
RolePath = Annotated[str, Shape(f"^({rolearns.PATH})$", "a path that begins and ends with /"), Field(max_length=512)]
PolicyName = Annotated[str, Shape(f"^{rolearns.POLICY}$", "the name of a policy of AWS, or a policy's ARN")]
Boundary = Annotated[str, Shape(f"^{rolearns.POLICY}$", "the name of a policy of the account, or a policy's ARN")]
ProfileName = Annotated[str, Shape(f"^{rolearns.PROFILE}$", "the name or the ARN of an instance profile")]
RoleName = Annotated[
    str, Shape(f"^{rolearns.NAMED_ROLE}$", "the name of a role, with its path if it has one, or its ARN")
]


def _words(value: object) -> object:
    if isinstance(value, str):
        return (value,)
    return value


Values = Annotated[tuple[str, ...], BeforeValidator(_words, json_schema_input_type=str | tuple[str, ...])]


class Statement(Model):
    """A further permission of the instances, as IAM has it."""

    effect: Literal["Allow", "Deny"] = Field("Allow", description="`Deny` wins over every `Allow`.")
    actions: tuple[Action, ...] = Field(min_length=1, description="Actions, such as `s3:GetObject`.")
    resources: tuple[ResourceArn, ...] = Field(min_length=1, description="ARNs of what they may be done to.")
    conditions: Mapping[Operator, Mapping[str, Values]] = Field(
        {}, description="IAM's conditions: values by key, by operator."
    )


def _policies(value: object) -> object:
    """Return a word as a list of one."""
    if isinstance(value, str) and value not in WORDS:
        raise refuse(f"expected 'aws', 'minimal' or a list, found {shown(value)}")
    return _words(value)


Policies = Annotated[
    tuple[PolicyName, ...],
    BeforeValidator(_policies, json_schema_input_type=Literal["aws", "minimal"] | tuple[PolicyName, ...]),
]


class InstanceRole(Model):
    """The role that Beanstack makes for the instances."""

    managed_policies: Policies = Field(
        (AWS,),
        max_length=MOST,
        description="`aws`: AWS's policies for the tier and for ECS. `minimal`: in their place, the least that "
        "instances need, as policies of the role's own. Or a list: these words, names of AWS's policies, and ARNs.",
    )
    statements: tuple[Statement, ...] = Field(
        (), description="What the instances, and so all containers, may do besides."
    )
    permissions_boundary: Boundary | None = Field(
        None,
        description="Policy that limits the role; also the service role, where all environments have the same.",
    )
    path: RolePath | None = Field(
        None,
        description="IAM path of role and profile, such as `/team/`; also of the service role, where all environments "
        "have the same. A change of it replaces the role, and with it the instances.",
    )


class Roles(Model):
    """Whose roles an environment uses."""

    instance_role: InstanceRole = Field(InstanceRole(), description="The instances' role, which Beanstack makes.")
    instance_profile: ProfileName | None = option(
        LAUNCH,
        "IamInstanceProfile",
        default=None,
        description="Name or ARN of an existing instance profile. Then no role is made for the instances, and the "
        "profile's own must allow what output/<application>/README.md lists.",
    )
    service_role: RoleName | None = option(
        ENVIRONMENT,
        "ServiceRole",
        default=None,
        description="Name or ARN of an existing service role. Where every environment names one, none is made. For an "
        "application that runs already, see docs/deployments.md.",
    )
