"""Regions, partitions, accounts, tags and health checks that AWS would refuse are reported at their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Verdict

ROLE = "arn:aws:iam::123456789012:role"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"


USED = "\ncontainers: {web: {image: null}}"  # so that the container takes the environment's image


def at(marked: str) -> tuple[str, str]:
    """Return settings, and the line and column of the ▲ in them."""
    before = marked.partition("▲")[0]
    return marked.replace("▲", ""), f"{9 + before.count(chr(10))}:{len(before) - before.rfind(chr(10)) + 4}"


@pytest.mark.parametrize(
    ("settings", "severity", "says"),
    [
        # Regions
        ("region: ▲zz-nowhere-9", "warning", "region: unknown Region 'zz-nowhere-9'"),
        ("region: ▲us-east-3", "warning", "region: unknown Region 'us-east-3'; did you mean 'us-east-"),
        ("region: ▲eu-cental-1", "warning", "region: unknown Region 'eu-cental-1'; did you mean 'eu-central-1'?"),
        (
            "containers: {web: {image: ▲123456789012.dkr.ecr.eu-cental-1.amazonaws.com/a:1}}",
            "warning",
            "containers.web.image: unknown Region 'eu-cental-1'; did you mean 'eu-central-1'?",
        ),
        ("instance_types: ▲[t3.mikro]", "warning", "instance_types: unknown size in the instance type 't3.mikro'"),
        # images and ARNs of another partition
        (
            f"image: ▲385605022855.dkr.ecr.cn-north-1.amazonaws.com.cn/a:1{USED}",
            "error",
            "image: '385605022855.dkr.ecr.cn-north-1.amazonaws.com.cn/a:1' is in the partition aws-cn",
        ),
        (f"image: ▲123456789012.dkr.ecr.us-gov-west-1.amazonaws.com/a:1{USED}", "error", "image: "),
        (f"image: ▲123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/a:1{USED}", "error", "image: "),
        (
            "containers: {web: {image: ▲123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu/a:1}}",
            "error",
            "containers.web",
        ),
        (
            f"region: cn-north-1\nimage: ▲123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1{USED}",
            "error",
            "image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1' is in the partition aws, where no role",
        ),
        (
            "image: ▲123456789012.dkr.ecr.cn-north-1.amazonaws.com/a:1",
            "error",
            "image: the image '123456789012.dkr.ecr.cn-north-1.amazonaws.com/a:1' names no registry: the registries of",
        ),
        (
            "execution_role_arn: ▲arn:aws-cn:iam::123456789012:role/x",
            "error",
            "execution_role_arn: 'arn:aws-cn:iam::123456789012:role/x' is of the partition aws-cn, eu-west-1",
        ),
        (
            f"execution_role_arn: {ROLE}/x\n"
            "containers: {web: {secrets: {DB: ▲'arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:db-AbCdEf'}}}",
            "error",
            "containers.web.secrets.DB: ",
        ),
        (
            f"execution_role_arn: {ROLE}/x\ncontainers: {{web: {{environment_files: [▲'arn:aws-cn:s3:::b/a.env']}}}}",
            "error",
            "containers.web.environment_files.0: 'arn:aws-cn:s3:::b/a.env' is of the partition aws-cn, eu-west-1",
        ),
        # roles
        (
            "execution_role_arn: ▲'arn:aws:iam::123456789012:role/${X}'",
            "error",
            "execution_role_arn: expected a role's",
        ),
        ("execution_role_arn: ▲'arn:aws:iam::123456789012:role/*'", "error", "execution_role_arn: expected a role's"),
        ("execution_role_arn: ▲'arn:aws:iam::123456789012:role/a?'", "error", "execution_role_arn: expected a role's"),
        (
            "execution_role_arn: ▲'arn:aws:iam::123456789012:role/ci*/a'",
            "error",
            "execution_role_arn: expected a role's",
        ),
        ("execution_role_arn: ▲arn:aws:iam::123456789012:role/", "error", "execution_role_arn: expected a role's"),
        ("execution_role_arn: ▲arn:aws:iam::123456789012:user/a", "error", "execution_role_arn: expected a role's"),
        ("execution_role_arn: ▲arn:aws:iam::123456789012:instance-profile/a", "error", "execution_role_arn: expected"),
        ("execution_role_arn: ▲arn:aws:iam::12345678901:role/a", "error", "execution_role_arn: expected a role's"),
        (f"execution_role_arn: ▲{ROLE}/{65 * 'a'}", "error", "execution_role_arn: expected a role's"),
        (
            f"account: '111111111111'\nexecution_role_arn: ▲{ROLE}/x",
            "error",
            "execution_role_arn: 'arn:aws:iam::123456789012:role/x' belongs to the account 123456789012; nobody",
        ),
        (
            "account: '111111111111'\noptions:\n  aws:elasticbeanstalk:environment:\n"
            f"    ServiceRole: ▲{ROLE}/aws-elasticbeanstalk-service-role",
            "error",
            "options.aws:elasticbeanstalk:environment.ServiceRole: 'arn:aws:iam::123456789012:role/aws",
        ),
        (
            f"execution_role_arn: ▲{ROLE}/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
            "error",
            "execution_role_arn: 'arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWS",
        ),
        # tags
        (
            "tags: {CostCenter: a, ▲costcenter: b}",
            "error",
            "tags.costcenter: differs from the tag 'CostCenter' only in",
        ),
        ("tags: {TEAM: a, ▲Team: a}", "error", "tags.Team: differs from the tag 'TEAM'"),
        (
            "tags: {team: ▲'a,b'}",
            "error",
            "tags.team: the value of a tag cannot have ','; IAM accepts letters, digits,",
        ),
        ("tags: {team: ▲a&b}", "error", "tags.team: the value of a tag cannot have '&'"),
        ("tags: {team: ▲🚀}", "error", "tags.team: the value of a tag cannot have '🚀'"),
        ("tags: {▲te*am: x}", "error", "tags.te*am: the name of a tag cannot have '*'"),
        ("tags: {▲'team(a)': x}", "error", "tags.team(a): the name of a tag cannot have '('"),
        ("tags: {▲Aws:team: x}", "error", "tags.Aws:team: EB and AWS set this tag themselves"),
        ("tags: {team: ▲''}", "error", "tags.team: a tag's value has 1 to 255 characters, this one 0"),
        ("tags: {▲rds:team: x}\ndatabase: {engine: mysql}", "error", "tags.rds:team: a database has no tag whose name"),
        ("tags: {team: ▲'aws:x'}\ndatabase: {engine: mysql}", "error", "tags.team: a database has no tag whose value"),
        # key pairs
        (
            "key_pair: ▲' x'",
            "error",
            "key_pair: expected the name of a key pair, which has ASCII characters and no space",
        ),
        ("key_pair: ▲'x '", "error", "key_pair: expected the name of a key pair"),
        ("key_pair: ▲schlüssel", "error", "key_pair: expected the name of a key pair"),
        (f"key_pair: ▲{201 * 'x'}", "error", "key_pair: "),
        # health checks
        (
            "health_check: {path: ▲/a b}",
            "error",
            "health_check.path: expected a path that starts with /, percent-encoded",
        ),
        ("health_check: {path: ▲/é}", "error", "health_check.path: expected a path that starts with /"),
        ("health_check: {path: ▲'/a '}", "error", "health_check.path: expected a path that starts with /"),
        ("health_check: {path: ▲healthz}", "error", "health_check.path: expected a path that starts with /"),
        (f"health_check: {{path: ▲/{1024 * 'a'}}}", "error", "health_check.path: "),
    ],
)
def test_what_aws_refuses_is_reported_at_its_key(settings: str, severity: str, says: str, verdicts: Verdict) -> None:
    written, place = at(settings)
    [found] = verdicts(written)
    assert found.startswith(f"{severity} {place} {says}")


@pytest.mark.parametrize(
    "settings",
    [
        "region: mx-central-1",
        "region: us-gov-west-1\nimage: 123456789012.dkr.ecr.us-gov-east-1.amazonaws.com/a:1",
        "region: cn-north-1\nimage: 123456789012.dkr.ecr.cn-northwest-1.amazonaws.com.cn/a:1",
        f"image: 123456789012.dkr-ecr.us-east-1.on.aws/a:1{USED}",
        "image: 123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a:1  # which no container takes",
        "containers: {web: {image: public.ecr.aws/nginx/nginx:1.27}}",
        f"execution_role_arn: {ROLE}/x\ncontainers:\n  web:\n    repository_credentials: {SECRET}\n"
        "    image: 123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a:1",
        "options: {'aws:elasticbeanstalk:application:environment': {CN: 'arn:aws-cn:s3:::b'}}",
        f"account: '123456789012'\nexecution_role_arn: {ROLE}/ecsTaskExecutionRole",
        f"execution_role_arn: {ROLE}/ci/shop/Role_1+=,.@-x",
        "account: '111111111111'\nproperties: {OTHER: 'arn:aws:iam::123456789012:role/x', CN: 'arn:aws-cn:s3:::b'}",
        "tags: {team: blue, Team2: 'a/b=c+d-e@f.g:h_i', Größe: 'weiß é', 部門: '12 ½'}",
        "tags: {team: '{{resolve:ssm:/team}}'}",
        f"tags: {{{127 * 't'}: {255 * 'v'}}}",
        "tags: {rds:team: x}",
        "key_pair: my ops key\nssh_source: 203.0.113.0/24",
        f"key_pair: {200 * 'x'}\nssh_source: sg-0123456789abcdef0",
        "health_check: {path: '/a%20b?x={y}&z=~'}",
        f"health_check: {{path: /{1023 * 'a'}}}",
    ],
)
def test_what_aws_accepts_is_accepted(settings: str, verdicts: Verdict) -> None:
    assert verdicts(settings) == []
