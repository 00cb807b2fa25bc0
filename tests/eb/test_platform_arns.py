"""What a platform's ARN says: its id, whether it is well-formed and known."""

from __future__ import annotations

import pytest

from beanstack.eb.platforms import Platform, platform_arn
from tests.eb.test_platforms import AWS, ids

SOUND_ARNS = {
    "pinned": (f"{AWS}ECS running on 64bit Amazon Linux 2023/4.7.7", "ecs-al2023"),
    "latest": (f"{AWS}ECS running on 64bit Amazon Linux 2023", "ecs-al2023"),
    "Tomcat": (f"{AWS}Tomcat 11 with Corretto 25 running on 64bit Amazon Linux 2023/5.9.0", "tomcat-al2023"),
    "Windows": (f"{AWS}IIS 10.0 running on 64bit Windows Server Core 2019/2.5.9", "windows-core-2019"),
    "China": (
        "arn:aws-cn:elasticbeanstalk:cn-north-1::platform/Docker running on 64bit Amazon Linux 2023/4.0.0",
        "docker-al2023",
    ),
    "GovCloud": (
        "arn:aws-us-gov:elasticbeanstalk:us-gov-west-1::platform/.NET 10 running on 64bit Amazon Linux 2023/3.9.0",
        "dotnet-linux-al2023",
    ),
    "custom": ("arn:aws:elasticbeanstalk:us-east-2:123456789012:platform/MyPlatform/1.0", None),
    "builder": (f"{AWS}Elastic Beanstalk Packer Builder/2.4.0", None),
}


@pytest.mark.parametrize(("arn", "id_"), SOUND_ARNS.values(), ids=list(SOUND_ARNS))
def test_a_current_arn_is_silent(arn: str, id_: str | None) -> None:
    assert platform_arn(arn) == Platform(id_, ())


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Docker running on 64bit Amazon Linux 2/3.5.1", "docker-al2"),
        ("Multi-container Docker running on 64bit Amazon Linux/2.8.0", "multicontainer-docker-al1"),
        ("Node.js running on 32bit Amazon Linux 2014.03/1.1.0", "nodejs-al1"),
        ("Passenger with Ruby 1.9.3 running on 32bit Amazon Linux/1.2.0", "ruby-al1"),
        ("Preconfigured Docker - Python 3.4 running on 64bit Debian/2.8.0", "preconfigured-docker-al1"),
        ("Tomcat 8 with Java 8 running on 64bit Amazon Linux", "tomcat-al1"),
        ("IIS 8.5 running on 64bit Windows Server Core 2012 R2/0.1.0", "windows-core-2012-r2"),
    ],
)
def test_an_old_arn_is_well_formed_but_retired(name: str, id_: str) -> None:
    platform = platform_arn(AWS + name)
    assert (platform.id, ids(platform)) == (id_, ["W9532"])


ECS = "ECS running on 64bit Amazon Linux 2023"
MALFORMED_ARNS = {
    "too few colons": (f"arn:aws:elasticbeanstalk:us-east-1:platform/{ECS}/4.7.7", "not the ARN of a platform"),
    "another service": (f"arn:aws:ecs:us-east-1::platform/{ECS}/4.7.7", "not the ARN of a platform"),
    "a zone": (f"arn:aws:elasticbeanstalk:us-east-1a::platform/{ECS}/4.7.7", "not the ARN of a platform"),
    "another partition": (f"arn:amazon:elasticbeanstalk:us-east-1::platform/{ECS}/4.7.7", "not the ARN of a platform"),
    "account of 3 digits": (f"arn:aws:elasticbeanstalk:us-east-1:123:platform/{ECS}/4.7.7", "is not an account"),
    "an environment": ("arn:aws:elasticbeanstalk:us-east-2:123456789012:environment/a/b", "something else"),
    "no name": (f"{AWS}", "something else"),
    "a solution stack's": (
        "arn:aws:elasticbeanstalk:us-east-1::solutionstack/64bit Amazon Linux 2023 v4.7.7 running ECS",
        f"'{ECS}'?",
    ),
    "solution stack in it": (f"{AWS}64bit Amazon Linux 2023 v4.7.7 running ECS", f"'{ECS}'?"),
    "version with v": (f"{AWS}{ECS}/v4.7.7", "X.Y.Z"),
    "two numbers": (f"{AWS}{ECS}/4.7", "X.Y.Z"),
    "slash at the end": (f"{AWS}{ECS}/", "X.Y.Z"),
    "two versions": (f"{AWS}{ECS}/4.7.7/4.7.8", "X.Y.Z"),
    "version behind a colon": (f"{AWS}{ECS}:4.7.7", "colon"),
    "running misspelt": (f"{AWS}ECS runing on 64bit Amazon Linux 2023/4.7.7", f"'{ECS}'?"),
    "a solution stack": ("64bit Amazon Linux 2023 v4.7.7 running ECS", "belongs in SolutionStackName"),
    "a branch": (f"{ECS}/4.7.7", "not its ARN"),
    "empty": ("", "not the ARN of a platform"),
}


@pytest.mark.parametrize(("arn", "says"), MALFORMED_ARNS.values(), ids=list(MALFORMED_ARNS))
def test_a_malformed_arn_is_an_error_that_shows_the_right_form(arn: str, says: str) -> None:
    platform = platform_arn(arn)
    assert ids(platform)[0] == "E9531"
    assert says in platform.findings[0].message


@pytest.mark.parametrize(
    ("name", "id_", "says"),
    [
        ("Python 3.10 running on 64bit Amazon Linux 2023/4.0.0", None, "did you mean 'Python 3.14 running on"),
        ("ecs Running on 64bit amazon linux 2023/4.7.7", "ecs-al2023", f"did you mean '{ECS}'?"),
        ("Tomcat 9 Corretto 17 running on 64bit Amazon Linux 2023", "tomcat-al2023", "'Tomcat 9 with Corretto 17"),
        ("Cluster/1.0.0", None, "unknown platform branch"),
    ],
)
def test_a_well_formed_but_unknown_branch_is_only_warned_of(name: str, id_: str | None, says: str) -> None:
    platform = platform_arn(AWS + name)
    assert (platform.id, ids(platform)) == (id_, ["W9531"])
    assert says in platform.findings[0].message


def test_a_platform_of_elastic_beanstalk_has_no_account() -> None:
    platform = platform_arn(f"arn:aws:elasticbeanstalk:us-east-1:123456789012:platform/{ECS}/4.7.7")
    assert (platform.id, ids(platform)) == ("ecs-al2023", ["W9531"])


def test_the_version_latest_is_only_warned_of() -> None:
    latest = platform_arn(f"{AWS}{ECS}/latest")
    assert (ids(latest), latest.id) == (["W9531"], "ecs-al2023")


def test_an_arn_without_a_region_is_only_warned_of() -> None:
    """AWS's sample eb-java-scorekeep has one."""
    platform = platform_arn(f"arn:aws:elasticbeanstalk:::platform/{ECS}/4.7.7")
    assert (platform.id, ids(platform)) == ("ecs-al2023", ["W9531"])
