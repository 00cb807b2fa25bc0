"""An option that the platform does not have is an error where the service is known to refuse it, reported once."""

from __future__ import annotations

import pytest

from beanstack.eb.options.catalogue import facts
from beanstack.eb.options.check import check_options
from beanstack.eb.options.misplaced import platform_name
from beanstack.eb.settings import Context, Setting

CONTAINER = "aws:elasticbeanstalk:container"
NODE = f"{CONTAINER}:nodejs"
PROXY = "aws:elasticbeanstalk:environment:proxy"
FILES = f"{PROXY}:staticfiles"
ELSEWHERE = "Elastic Beanstalk refuses it on"


def reported(platform: str | None, *settings: tuple[str, str, str | None]) -> list[str]:
    """Return the findings as text on settings of a bundle, whose environment may have more."""
    context = Context("web", platform, complete=False)
    found = check_options([Setting(*setting) for setting in settings], facts(), context)
    return [f"{finding.id} {finding.path[1]} {finding.message}" for finding in found]


@pytest.mark.parametrize(
    ("platform", "namespace", "option", "says"),
    [
        ("nodejs-al2023", NODE, "NodeCommand", "a Procfile or the `start` script of package.json"),
        ("nodejs-al2", NODE, "NodeVersion", f"{ELSEWHERE} Node.js (Amazon Linux 2)"),
        ("ecs-*", NODE, "NodeCommand", f"{ELSEWHERE} ECS"),
        ("docker-al2023", NODE, "ProxyServer", f"{ELSEWHERE} Docker (Amazon Linux 2023)"),
        ("python-al2023", NODE, "GzipCompression", ELSEWHERE),
        ("nodejs-al2023", f"{NODE}:staticfiles", "/assets", f"use {FILES}"),
        ("python-al2", f"{CONTAINER}:python:staticfiles", "/static", f"use {FILES}"),
        ("go-al2023", f"{CONTAINER}:golang:staticfiles", "/static", f"use {FILES}"),
        ("java-se-al2023", f"{CONTAINER}:java:staticfiles", "/static", f"use {FILES}"),
        ("docker-al2023", FILES, "/static", ELSEWHERE),
        ("ecs-al2023", FILES, "/static", ELSEWHERE),
        ("docker-al2023", f"{CONTAINER}:python", "WSGIPath", "exists only on Python"),
        ("ecs-al2023", f"{CONTAINER}:php:phpini", "document_root", "exists only on PHP"),
        ("go-al2023", f"{CONTAINER}:tomcat:jvmoptions", "Xmx", "exists only on Tomcat"),
        ("ecs-al2023", f"{CONTAINER}:dotnet:apppool", "Target Runtime", "exists only on .NET on Windows Server"),
        ("ruby-al2023", "aws:elasticbeanstalk:windows:activedirectory", "DirectoryOU", ELSEWHERE),
        (None, NODE, "NodeCommand", "every platform that is left"),
        (None, f"{CONTAINER}:java:staticfiles", "/static", "every platform that is left"),
    ],
)
def test_an_option_that_the_platform_does_not_have_is_one_error(
    platform: str | None, namespace: str, option: str, says: str
) -> None:
    [message] = reported(platform, (namespace, option, None))
    assert message.startswith(f"E9515 namespace {namespace} exists only on ")
    assert says in message


@pytest.mark.parametrize(
    ("platform", "namespace", "option"),
    [
        ("ecs-al2023", PROXY, "ProxyServer"),
        ("ecs-al2023", "aws:elasticbeanstalk:xray", "XRayEnabled"),
        ("php-al2023", "aws:elasticbeanstalk:xray", "XRayEnabled"),
        ("windows-2022", PROXY, "ProxyServer"),
    ],
)
def test_an_option_that_the_guide_alone_denies_a_platform_is_a_warning(
    platform: str, namespace: str, option: str
) -> None:
    [message] = reported(platform, (namespace, option, None))
    assert message.startswith("W9515 namespace ")


@pytest.mark.parametrize(
    ("platform", "namespace", "option"),
    [
        (None, f"{CONTAINER}:python", "WSGIPath"),
        (None, FILES, "/static"),
        ("python-al2023", f"{CONTAINER}:python", "WSGIPath"),
        ("python-al1", f"{CONTAINER}:python", "WSGIPath"),
        ("php-al2", f"{CONTAINER}:php:phpini", "document_root"),
        ("tomcat-al2023", f"{CONTAINER}:tomcat:jvmoptions", "Xmx"),
        ("windows-core-2022", f"{CONTAINER}:dotnet:apppool", "Target Runtime"),
        ("docker-al2023", PROXY, "ProxyServer"),
        ("docker-al2023", "aws:elasticbeanstalk:xray", "XRayEnabled"),
        ("ecs-al2023", "aws:autoscaling:asg", "MaxSize"),
    ],
)
def test_an_option_that_the_platform_may_have_has_no_finding(platform: str | None, namespace: str, option: str) -> None:
    assert reported(platform, (namespace, option, None)) == []


def test_a_retired_platform_still_has_its_options() -> None:
    [message] = reported("nodejs-al1", (NODE, "NodeCommand", "npm start"))
    assert message.startswith("W9518 ")


def test_an_option_that_only_the_retired_version_of_a_platform_has_is_refused() -> None:
    [message] = reported("python-al2023", (f"{CONTAINER}:python", "StaticFiles", "/static/=static/"))
    assert message.startswith("E9515 option StaticFiles of ")
    assert message.endswith(f"; use {FILES}")


def test_a_namespace_is_reported_once_and_its_values_are_not_judged() -> None:
    settings = (NODE, "NodeCommand", "npm start"), (NODE, "ProxyServer", "caddy"), (NODE, "Colour", "red")
    found = reported("docker-al2023", *settings)
    assert [message.partition(" ")[0] for message in found] == ["E9515"]


@pytest.mark.parametrize(
    ("platform", "name"),
    [
        ("ecs-*", "ECS"),
        ("ecs-al2023", "ECS (Amazon Linux 2023)"),
        ("nodejs-al1", "Node.js (retired Amazon Linux AMI)"),
        ("windows-core-2022", ".NET on Windows Server"),
        ("*-al1", "any platform of the retired Amazon Linux AMI"),
        ("new-thing-7", "new thing"),
    ],
)
def test_a_platform_is_named_in_words(platform: str, name: str) -> None:
    assert platform_name(platform, facts()) == name
