"""What the name of a platform says: its id, whether it is well-formed and known, and whether it is retired."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from beanstack.eb.branches import platforms
from beanstack.eb.options.catalogue import facts
from beanstack.eb.platforms import Platform, platform_arn, solution_stack
from tests.conftest import fixture_files

AWS = "arn:aws:elasticbeanstalk:us-east-1::platform/"
BRANCHES = {branch.name: branch for branch in platforms().branches}


def ids(platform: Platform) -> list[str]:
    return [finding.id for finding in platform.findings]


SOUND_STACKS = [
    ("64bit Amazon Linux 2023 v4.7.7 running ECS", "ecs-al2023"),
    ("64bit Amazon Linux 2023 v4.11.0 running Docker", "docker-al2023"),
    ("64bit Amazon Linux 2023 v4.7.0 running Go 1", "go-al2023"),
    ("64bit Amazon Linux 2023 v4.10.0 running Corretto 25", "java-se-al2023"),
    ("64bit Amazon Linux 2023 v5.12.0 running Tomcat 9 Corretto 17", "tomcat-al2023"),
    ("64bit Amazon Linux 2023 v3.9.0 running .NET 10", "dotnet-linux-al2023"),
    ("64bit Amazon Linux 2023 v6.9.0 running Node.js 24", "nodejs-al2023"),
    ("64bit Amazon Linux 2023 v4.11.0 running PHP 8.5", "php-al2023"),
    ("64bit Amazon Linux 2023 v4.11.0 running Python 3.14", "python-al2023"),
    ("64bit Amazon Linux 2023 v4.0.0 running Python 3.15", "python-al2023"),
    ("64bit Amazon Linux 2023 v4.11.0 running Ruby 4.0", "ruby-al2023"),
    ("64bit Windows Server 2019 v2.11.3 running IIS 10.0", "windows-2019"),
    ("64bit Windows Server Core 2022 v2.22.3 running IIS 10.0", "windows-core-2022"),
]


@pytest.mark.parametrize(("name", "id_"), SOUND_STACKS)
def test_a_current_solution_stack_is_silent(name: str, id_: str) -> None:
    assert solution_stack(name) == Platform(id_, ())


OLD_STACKS = [
    ("64bit Amazon Linux 2017.03 v2.5.0 running PHP 7.0", "php-al1"),
    ("64bit Amazon Linux running PHP 5.3", "php-al1"),
    ("32bit Amazon Linux running Tomcat 7", "tomcat-al1"),
    ("64bit Amazon Linux 2013.09 running Tomcat 7 Java 7", "tomcat-al1"),
    ("64bit Amazon Linux 2017.09 v2.7.1 running Go 1.9", "go-al1"),
    ("64bit Amazon Linux 2017.09 v2.6.0 running Java 8", "java-se-al1"),
    ("64bit Amazon Linux 2018.03 v4.17.3 running Node.js", "nodejs-al1"),
    ("64bit Amazon Linux 2014.09 v1.1.0 running Python 3.6", "python-al1"),
    ("64bit Amazon Linux 2017.09 v2.6.1 running Ruby 2.4 (Passenger Standalone)", "ruby-al1"),
    ("64bit Amazon Linux 2017.09 v2.8.0 running Docker 17.06.2-ce", "docker-al1"),
    (
        "64bit Amazon Linux 2017.09 v2.8.0 running Multi-container Docker 17.06.2-ce (Generic)",
        "multicontainer-docker-al1",
    ),
    ("64bit Debian jessie v2.8.0 running GlassFish 4.0 Java 7 (Preconfigured - Docker)", "preconfigured-docker-al1"),
    ("64bit Debian jessie v2.x running Go 1.4 (Preconfigured - Docker)", "preconfigured-docker-al1"),
    ("64bit Amazon Linux 2017.09 v2.4.0 running Packer 1.0.3", None),
    ("64bit Windows Server 2008 R2 running IIS 7.5", "windows-2008-r2"),
    ("64bit Windows Server 2012 running IIS 8", "windows-2012"),
    ("64bit Windows Server Core 2012 R2 running IIS 8.5", "windows-core-2012-r2"),
    ("64bit Windows Server 2012 R2 v1.2.0 running IIS 8.5", "windows-2012-r2"),
    ("64bit Windows Server 2016 v2.11.3 running IIS 10.0", "windows-2016"),
    ("64bit Amazon Linux 2 v3.5.1 running Docker", "docker-al2"),
    ("64bit Amazon Linux 2 v3.8.0 running ECS", "ecs-al2"),
    ("64bit Amazon Linux 2 v4.3.12 running Tomcat 8.5 Corretto 11", "tomcat-al2"),
    ("64bit Amazon Linux 2 v2.14.0 running .NET Core", "dotnet-linux-al2"),
    ("64bit Amazon Linux 2023 v4.11.0 running Python 3.9", "python-al2023"),
]


@pytest.mark.parametrize(("name", "id_"), OLD_STACKS)
def test_an_old_solution_stack_is_well_formed_but_retired(name: str, id_: str | None) -> None:
    platform = solution_stack(name)
    assert platform.id == id_
    assert ids(platform) == ["W9532"]


MALFORMED_STACKS = {
    "no version": ("64bit Amazon Linux 2023 running Docker", "64bit Amazon Linux 2023 vX.Y.Z running Docker"),
    "no version on a new Windows": ("64bit Windows Server 2022 running IIS 10.0", "64bit Windows Server 2022 vX.Y.Z"),
    "no version and unknown": (
        "64bit Amazon Linux 2023 running Dokcer",
        "64bit Amazon Linux 2023 vX.Y.Z running Docker",
    ),
    "two numbers": ("64bit Amazon Linux 2023 v4.7 running ECS", "vX.Y.Z running ECS"),
    "four numbers": ("64bit Amazon Linux 2023 v4.7.7.1 running ECS", "vX.Y.Z running ECS"),
    "version without v": ("64bit Amazon Linux 2023 4.7.7 running ECS", "vX.Y.Z running ECS"),
    "latest": ("64bit Amazon Linux 2023 latest running ECS", "vX.Y.Z running ECS"),
    "wildcard": ("64bit Amazon Linux 2023 v4.* running ECS", "vX.Y.Z running ECS"),
    "running misspelt": ("64bit Amazon Linux 2023 v4.7.7 runing ECS", "'64bit Amazon Linux 2023 v4.7.7 running ECS'?"),
    "no 64bit": ("Amazon Linux 2023 v4.7.7 running ECS", "'64bit Amazon Linux 2023 v4.7.7 running ECS'?"),
    "branch": ("ECS running on 64bit Amazon Linux 2023", "'64bit Amazon Linux 2023 vX.Y.Z running ECS'"),
    "branch and version": (
        "Docker running on 64bit Amazon Linux 2/3.5.1",
        "64bit Amazon Linux 2 vX.Y.Z running Docker",
    ),
    "old branch": ("Java 8 running on 64bit Amazon Linux", "a solution stack is"),
    "ARN": (f"{AWS}ECS running on 64bit Amazon Linux 2023/4.7.7", "belongs in PlatformArn"),
    "EB CLI's short form": ("python-3.11", "is not a solution stack name"),
    "the guide's title": ("Docker AL2023 version 4.11.0", "is not a solution stack name"),
    "empty": ("", "is not a solution stack name"),
}


@pytest.mark.parametrize(("name", "says"), MALFORMED_STACKS.values(), ids=list(MALFORMED_STACKS))
def test_a_malformed_solution_stack_is_an_error_that_shows_the_right_form(name: str, says: str) -> None:
    platform = solution_stack(name)
    assert ids(platform)[0] == "E9531"
    assert says in platform.findings[0].message


UNKNOWN_STACKS = {
    "no such Python": ("64bit Amazon Linux 2023 v4.0.0 running Python 3.10", "v4.0.0 running Python 3.14'?"),
    "runtime misspelt": ("64bit Amazon Linux 2023 v6.9.0 running Node 22", "v6.9.0 running Node.js 22'?"),
    "system misspelt": ("64bit Amazon Linux2023 v4.7.7 running ECS", "'64bit Amazon Linux 2023 v4.7.7 running ECS'?"),
    "a system to come": ("64bit Amazon Linux 2030 v1.0.0 running ECS", "did you mean"),
}


@pytest.mark.parametrize(("name", "says"), UNKNOWN_STACKS.values(), ids=list(UNKNOWN_STACKS))
def test_a_well_formed_but_unknown_solution_stack_is_only_warned_of(name: str, says: str) -> None:
    platform = solution_stack(name)
    assert (platform.id, ids(platform)) == (None, ["W9531"])
    assert says in platform.findings[0].message


def test_a_placeholder_for_a_solution_stack_is_only_a_warning() -> None:
    """As in https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/quickref-elasticbeanstalk.html"""
    assert ids(solution_stack("solution-stack")) == ["W9531"]
    assert ids(solution_stack("docker")) == ["E9531"]


@pytest.mark.parametrize(
    "name",
    [
        "64bit amazon linux 2023 v4.7.7 running ecs",
        "64Bit Amazon Linux 2023 v4.7.7 Running ECS",
        "64bit Amazon Linux 2023 V4.7.7 running ECS",
        "64bit Amazon Linux 2023  v4.7.7 running ECS",
        "64bit Amazon Linux 2023 v4.7.7 running ECS\n",
    ],
)
def test_another_case_or_spacing_is_only_warned_of_and_understood(name: str) -> None:
    platform = solution_stack(name)
    assert (platform.id, ids(platform)) == ("ecs-al2023", ["W9531"])
    assert "'64bit Amazon Linux 2023 v4.7.7 running ECS'?" in platform.findings[0].message


def test_the_branch_name_of_a_tomcat_is_not_its_solution_stack() -> None:
    platform = solution_stack("64bit Amazon Linux 2023 v5.1.3 running Tomcat 10 with Corretto 17")
    assert (platform.id, ids(platform)) == ("tomcat-al2023", ["W9531"])
    assert "running Tomcat 10 Corretto 17'?" in platform.findings[0].message


@pytest.mark.parametrize(
    ("name", "id_", "says"),
    [
        (
            "64bit Amazon Linux 2 v3.8.0 running ECS",
            "W9532",
            "was retired on 2026-08-06; its successor is ECS running on 64bit Amazon Linux 2023",
        ),
        (
            "64bit Amazon Linux 2018.03 v2.9.1 running Python 3.6",
            "W9532",
            "the Amazon Linux AMI was retired on 2022-07-18",
        ),
        ("64bit Windows Server 2016 v2.22.3 running IIS 10.0", "W9532", "was to be retired on 2026-09-30"),
        ("64bit Amazon Linux 2023 v4.11.0 running PHP 8.2", "I9532", "is to be retired on 2027-03-31"),
    ],
)
def test_a_retirement_is_reported_with_date_and_successor(name: str, id_: str, says: str) -> None:
    platform = solution_stack(name)
    assert ids(platform) == [id_]
    assert says in platform.findings[0].message
    assert "its successor is" in platform.findings[0].message


def test_every_branch_is_found_by_its_stack_and_by_its_arn() -> None:
    for branch in BRANCHES.values():
        stack = solution_stack(branch.stack.replace("vX.Y.Z", "v4.0.0"))
        assert stack == platform_arn(f"{AWS}{branch.name}/4.0.0")
        assert stack.id == branch.id
        assert not [id_ for id_ in ids(stack) if id_.endswith("9531")]


def test_every_successor_is_a_branch_that_stays() -> None:
    old = [solution_stack(name).findings[0].message for name, id_ in OLD_STACKS if id_ and id_.endswith("-al1")]
    successors = {message.rpartition("its successor is ")[2] for message in old}
    for name in successors | {branch.successor for branch in BRANCHES.values() if branch.successor}:
        assert not BRANCHES[name].retirement, name
        assert not BRANCHES[name].expected, name


def test_every_id_is_one_that_the_facts_on_options_can_mean() -> None:
    for id_ in {branch.id for branch in BRANCHES.values()} | {id_ for _, id_ in OLD_STACKS if id_}:
        assert any(fnmatchcase(str(id_), pattern) for pattern in facts().platforms), id_


def test_the_platforms_of_generated_templates_are_valid() -> None:
    found = []
    for content in fixture_files().values():
        for line in content.decode().splitlines():
            key, _, value = line.strip().partition(": ")
            if key == "PlatformArn":
                found.append(
                    platform_arn(yaml.safe_load(value.removeprefix("!Sub ")).replace("${AWS::Partition}", "aws"))
                )
    assert found
    assert all(platform == Platform("ecs-al2023", ()) for platform in found)


pieces = st.sampled_from(
    [
        "64bit ",
        "Amazon Linux 2023",
        " v4.7.7",
        " running ",
        "on ",
        "ECS",
        "/",
        ":",
        "arn:aws:elasticbeanstalk:",
        AWS,
        " ",
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(st.one_of(pieces, st.text(max_size=5)), max_size=9).map("".join)))
def test_no_name_breaks_the_check(name: str) -> None:
    for platform in (solution_stack(name), platform_arn(name), platform_arn(AWS + name)):
        assert all(finding.message and finding.kind.name.startswith("PLATFORM_") for finding in platform.findings)


@pytest.mark.parametrize(
    ("name", "runtime"),
    [
        ("Docker", "Docker"),
        ("node.js-24", "Node.js 24"),
        ("Python 3.13", "Python 3.13"),
        ("ecs", "ECS"),
        ("PHP 8.4", "PHP 8.4"),
    ],
)
def test_a_runtime_alone_is_answered_with_its_newest_platform(name: str, runtime: str) -> None:
    [finding] = solution_stack(name).findings
    assert finding.message.endswith(f"; did you mean '64bit Amazon Linux 2023 vX.Y.Z running {runtime}'?")
    [other] = platform_arn(f"arn:aws:elasticbeanstalk:eu-west-1::platform/{name}").findings
    assert other.message.endswith(f"; did you mean '{runtime} running on 64bit Amazon Linux 2023'?")
