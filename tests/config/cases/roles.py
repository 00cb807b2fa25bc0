"""What the roles of an environment must be."""

from __future__ import annotations

from tests.config.conftest import Case, case

LINE = "properties: {LEVEL: info}"


def role(name: str, settings: str, *messages: str) -> Case:
    return case(name, LINE, f"{LINE}\ninstance_role: {{{settings}}}", *messages)


CASES = (
    role(
        "a word that names no policies",
        "managed_policies: minimum",
        "22:35: instance_role.managed_policies: expected 'aws', 'minimal' or a list, found 'minimum'",
    ),
    role(
        "a managed policy of another form",
        "managed_policies: [aws, 'no policy']",
        "22:41: instance_role.managed_policies.1: expected the name of a policy of AWS, or a policy's ARN, found "
        "'no policy'",
    ),
    role(
        "a managed policy twice",
        "managed_policies: [minimal, CloudWatchAgentServerPolicy, CloudWatchAgentServerPolicy]",
        "22:74: instance_role.managed_policies.2: the list has 'CloudWatchAgentServerPolicy' already",
    ),
    role(
        "a managed policy for a role of AWS's own",
        "managed_policies: [aws, AWSElasticBeanstalkServiceRolePolicy]",
        "22:41: instance_role.managed_policies.1: AWSElasticBeanstalkServiceRolePolicy is for a service-linked role "
        "alone; no other role can have it",
    ),
    role(
        "a path without its last slash",
        "path: /team",
        "22:23: instance_role.path: expected a path that begins and ends with /, found '/team'",
    ),
    role(
        "an action as another tool writes it",
        "statements: [{actions: [GetObject], resources: ['*']}]",
        "22:41: instance_role.statements.0.actions.0: expected an action such as s3:GetObject, found 'GetObject'",
    ),
    role(
        "a statement with IAM's own keys",
        "statements: [{Action: ['s3:GetObject'], resources: ['arn:aws:s3:::a/*']}]",
        "22:31: instance_role.statements.0.Action: unknown key; did you mean 'actions'?",
    ),
    role(
        "a statement on nothing",
        "statements: [{actions: ['s3:GetObject']}]",
        "22:30: instance_role.statements.0.resources: is missing",
    ),
    role(
        "a resource that is no ARN",
        "statements: [{actions: ['s3:GetObject'], resources: [shop-uploads]}]",
        "22:70: instance_role.statements.0.resources.0: expected an ARN, or '*', found 'shop-uploads'",
    ),
    role(
        "a resource in another partition",
        "statements: [{actions: ['s3:GetObject'], resources: ['arn:aws-cn:s3:::a']}]",
        "22:70: instance_role.statements.0.resources.0: 'arn:aws-cn:s3:::a' is of the partition aws-cn, eu-west-1 of "
        "aws; neither knows the other's credentials",
    ),
    role(
        "a condition that IAM does not have",
        "statements: [{actions: ['s3:GetObject'], resources: ['*'], conditions: {Equals: {a: b}}}]",
        "22:89: instance_role.statements.0.conditions.Equals: invalid key: expected a condition operator such "
        "as StringEquals, found 'Equals'",
    ),
    case(
        "a boundary of another account",
        LINE,
        f"{LINE}\naccount: '111111111111'\ninstance_role: "
        "{permissions_boundary: arn:aws:iam::222222222222:policy/limit}",
        "23:39: instance_role.permissions_boundary: 'arn:aws:iam::222222222222:policy/limit' belongs to the account "
        "222222222222; no role in 111111111111 can have it",
    ),
    case(
        "a profile of another account",
        LINE,
        f"{LINE}\naccount: '111111111111'\ninstance_profile: arn:aws:iam::222222222222:instance-profile/web",
        "23:19: instance_profile: 'arn:aws:iam::222222222222:instance-profile/web' belongs to the account "
        "222222222222; nobody can pass it to a service in 111111111111",
    ),
    case(
        "a role in place of a profile",
        LINE,
        f"{LINE}\ninstance_profile: arn:aws:iam::222222222222:role/web",
        "22:19: instance_profile: expected the name or the ARN of an instance profile, found "
        "'arn:aws:iam::222222222222:role/web'",
    ),
    case(
        "settings of a role that is not made",
        LINE,
        f"{LINE}\ninstance_profile: web\ninstance_role: {{path: /team/}}",
        "23:1: instance_role: `instance_profile` names an existing profile, so no role is made that this could change",
    ),
    case(
        "a service role that is none",
        LINE,
        f"{LINE}\nservice_role: arn:aws:iam::222222222222:instance-profile/web",
        "22:15: service_role: expected the name of a role, with its path if it has one, or its ARN, found "
        "'arn:aws:iam::222222222222:instance-profile/web'",
    ),
)
