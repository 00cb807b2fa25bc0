"""Where a secret's ARN ends depends on the platform: in a key, or on ECS in a key, a version stage and a version."""

from __future__ import annotations

import pytest

from beanstack.eb.options.catalogue import facts
from beanstack.eb.options.check import check_options
from beanstack.eb.settings import Context, Setting

SECRETS = "aws:elasticbeanstalk:application:environmentsecrets"
SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/db-1a2b3c"
PARAMETER = "arn:aws:ssm:eu-west-1:111122223333:parameter/shop/db"


def reported(arn: str, platform: str | None) -> list[tuple[str, str]]:
    found = check_options([Setting(SECRETS, "DB", arn)], facts(), Context("web", platform, complete=False))
    return [(finding.id, finding.allowed) for finding in found if finding.id != "W9527"]


@pytest.mark.parametrize(
    ("platform", "rest", "id_", "meant"),
    [
        ("ecs-al2023", ":password", "E9506", ":password::"),
        ("ecs-*", ":password:", "E9506", ":password::"),
        ("multicontainer-docker-al1", ":password:AWSCURRENT", "E9506", ":password:AWSCURRENT:"),
        ("ecs-al2", ":a:b:c:d", "E9506", None),
        ("python-al2023", ":password::", "W9506", ":password"),
        ("docker-al2", "::AWSCURRENT:", "W9506", ""),
        (None, ":password:", "W9506", None),
    ],
)
def test_what_the_platform_does_not_take_is_reported(
    platform: str | None, rest: str, id_: str, meant: str | None
) -> None:
    allowed = "" if meant is None else f"{SECRET}{meant}"
    assert reported(f"{SECRET}{rest}", platform) == [(id_, allowed)]


@pytest.mark.parametrize(
    ("platform", "arn"),
    [
        ("ecs-al2023", SECRET),
        ("ecs-al2023", f"{SECRET}:password::"),
        ("ecs-al2023", f"{SECRET}::AWSPREVIOUS:"),
        ("ecs-al2023", PARAMETER),
        ("python-al2023", SECRET),
        ("python-al2023", f"{SECRET}:password"),
        ("docker-al2023", PARAMETER),
        (None, f"{SECRET}:password"),
        (None, f"{SECRET}:password::"),
        ("ecs-al2023", "{{resolve:ssm:arn}}:password"),
        ("ecs-al2023", SECRET.replace("aws:", "aws-cn:")),
    ],
)
def test_what_the_platform_takes_has_no_finding(platform: str | None, arn: str) -> None:
    assert reported(arn, platform) == []


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:ssm:eu-west-1:111122223333:document/x",
        "arn:aws:secretsmanager:eu-west-1:111122223333:key/x",
        "arn:aws:ssm:",
    ],
)
def test_the_arn_of_something_else_of_these_services_is_a_warning(arn: str) -> None:
    assert reported(arn, "ecs-al2023") == [("W9506", "")]


@pytest.mark.parametrize(
    ("arn", "says"),
    [
        (SECRET.replace("shop/db", "shop db"), "the name of a secret has letters, digits and / _ + = . @ -"),
        (SECRET.replace("shop/db", "größe"), "the name of a secret has"),
        (SECRET.replace("shop/db-1a2b3c", "*"), "the name of a secret has"),
        (SECRET.replace("shop/db-1a2b3c", ""), "the name of a secret has"),
        (PARAMETER.replace("shop", "shop*"), "the name of a parameter has letters, digits and / _ . -"),
        (PARAMETER.replace("shop", "店"), "the name of a parameter has"),
        (PARAMETER.replace("111122223333", "*"), "expected a Region and an account ID of 12 digits in the ARN"),
        (SECRET.replace("111122223333", "1111"), "expected a Region and an account ID of 12 digits in the ARN"),
        (SECRET.replace("eu-west-1", "*"), "expected a Region and an account ID of 12 digits in the ARN"),
    ],
)
def test_an_arn_that_names_no_secret_is_an_error(arn: str, says: str) -> None:
    [found] = check_options([Setting(SECRETS, "DB", arn)], facts(), Context("web", "docker-al2023", complete=False))
    assert found.id == "E9506"
    assert found.message.startswith(says)


@pytest.mark.parametrize(
    "arn",
    [
        SECRET.replace("shop/db", "rds!cluster-1"),
        SECRET.replace("eu-west-1:111122223333", "REGION:ACCOUNT_ID"),
        SECRET.replace("shop/db-1a2b3c", "<name>"),
        SECRET.replace("shop/db-1a2b3c", "a/b_c+d=e.f@g-h"),
        PARAMETER.replace("parameter/shop/db", "parameter/db"),
        f"{PARAMETER}:3",
        "arn:aws:ssm:us-gov-west-1::parameter/aws/service/ecs/optimized-ami/amazon-linux-2/recommended",
    ],
)
def test_an_arn_that_names_one_is_accepted(arn: str) -> None:
    assert reported(arn, "docker-al2023") == []
