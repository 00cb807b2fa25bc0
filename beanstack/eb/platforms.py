"""What a platform's name says: a solution stack's name, or a platform's ARN.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-schedule.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/platforms/platforms-supported.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.branches import PLACEHOLDER, platforms
from beanstack.eb.findings import nearest, report, shown, suggestion
from beanstack.eb.partitions import REGION
from beanstack.eb.rules import Kind

if TYPE_CHECKING:
    from beanstack.eb.branches import Branch
    from beanstack.eb.findings import Finding
    from beanstack.eb.rules import Severity

STACK_FORM = "64bit Amazon Linux 2023 vX.Y.Z running Docker"
ARN_FORM = "arn:aws:elasticbeanstalk:REGION::platform/BRANCH/X.Y.Z"

STACK = re.compile(r"((?:32|64)bit \S.*?)(?: (v\S+))? running (\S.*)")
LOOSE_STACK = re.compile(r"((?:32|64)bit .*?)(?: (v\S+|[0-9]+(?:\.[0-9x*]+)*|latest))? running (.+)", re.IGNORECASE)
BRANCH = re.compile(r"(\S.*) running on ((?:32|64)bit \S.*)")
LOOSE_BRANCH = re.compile(BRANCH.pattern, re.IGNORECASE)
VERSION = re.compile(r"v[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}")
EXAMPLE = re.compile(r"<?[a-z-]*stack[a-z-]*>?", re.IGNORECASE)  # AWS's examples use solution-stack as a placeholder
BLANKS = re.compile(r"[\s-]+")
BUILDER = "Elastic Beanstalk Packer Builder"

PARTITION = re.compile(r"aws(-[a-z]+)*")
ANYWHERE = "us-east-1"  # in place of a Region that is left out
ACCOUNT = re.compile(r"[0-9]{12}")


class Platform(NamedTuple):
    """What is known of a platform by its name.

    `id` is what the facts on options call it, such as ecs-al2023 (`Context.platform`), or None for a custom platform
    and for a branch that the facts do not know.
    """

    id: str | None
    findings: tuple[Finding, ...]


def solution_stack(name: str) -> Platform:
    """Return what a SolutionStackName says.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/platforms/platforms-supported.html
    """
    match = STACK.fullmatch(name)
    if match and (branch := platforms().of_stack(match[1], match[3])):
        version = match[2] or ""
        # The many forms of old names are not checked.
        if branch.old or VERSION.fullmatch(version) or (branch.version_optional and not version):
            return _platform(branch)
        return _platform(branch, _stack_version(name, branch))
    if meant := _meant_stack(name):
        branch, version = meant
        if VERSION.fullmatch(version.lower()):
            return _platform(branch, _unknown_stack(name))
        return _platform(branch, _stack_version(name, branch))
    if name.startswith("arn:"):
        return _unknown_platform(_malformed(f"{shown(name)} is an ARN; it belongs in PlatformArn"))
    if branch := platforms().of_name(name.split("/", 1)[0]):
        form = STACK_FORM if branch.old else branch.stack
        return _platform(branch, _malformed(f"{shown(name)} is a platform branch; a solution stack is '{form}'"))
    if not LOOSE_STACK.fullmatch(" ".join(name.split())):
        if EXAMPLE.fullmatch(name):
            return _unknown_platform(
                _uncertain(f"{shown(name)} is a placeholder for a solution stack such as '{STACK_FORM}'")
            )
        message = f"{shown(name)} is not a solution stack name such as '{STACK_FORM}'{suggestion(_near(name))}"
        return _unknown_platform(_malformed(message))
    if match and platforms().is_system(match[1]) and not VERSION.fullmatch(match[2] or ""):
        message = f"the solution stack {shown(name)} has no version of the form {PLACEHOLDER}{suggestion(_near(name))}"
        return _unknown_platform(_malformed(message))
    return _unknown_platform(_unknown_stack(name))


def _meant_stack(name: str) -> tuple[Branch, str] | None:
    """Return the branch and the version of a name that is right except for case, spaces or the version."""
    match = LOOSE_STACK.fullmatch(" ".join(name.split()))
    if not match:
        return None
    system, version, runtime = match[1], match[2] or "", match[3]
    if branch := platforms().loosely(system, runtime):
        return branch, version
    # `Amazon Linux 2` and `Amazon Linux 2023` end in what could be a version.
    if branch := platforms().loosely(f"{system} {version}", runtime):
        return branch, ""
    return None


def _stack_version(name: str, branch: Branch) -> Finding:
    message = f"the solution stack {shown(name)} has no version of the form {PLACEHOLDER}, as in '{branch.stack}'"
    return _malformed(message)


def _unknown_stack(name: str) -> Finding:
    return _uncertain(f"unknown solution stack {shown(name)}{suggestion(_near(name))}")


def _near(name: str) -> str | None:
    """Return the known solution stack that a name resembles most, with the version that it names."""
    of_runtime = _of_runtime(name)
    if of_runtime:
        return of_runtime.stack
    stacks = [branch.stack for branch in platforms().released]
    version = VERSION.search(name.replace(" V", " v"))
    if not version:
        return nearest(name, stacks)
    near = nearest(f"{name[: version.start()]}{PLACEHOLDER}{name[version.end() :]}", stacks)
    return near.replace(PLACEHOLDER, version[0]) if near else None


def _of_runtime(name: str) -> Branch | None:
    """Return the newest branch of a runtime that is named alone, as the EB CLI takes it: `Docker` or `node.js-24`."""
    word = BLANKS.sub("", name.lower())
    found = [branch for branch in platforms().released if BLANKS.sub("", branch.runtime.lower()) == word]
    return next((branch for branch in found if branch.system.endswith("2023")), found[0] if found else None)


def platform_arn(arn: str) -> Platform:
    """Return what a PlatformArn says; one without a version means the latest.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.iam.policies.arn.html
    """
    parts = arn.split(":", 5)
    if parts[0] != "arn" or len(parts) != 6:
        return _not_an_arn(arn)
    _, partition, service, region, account, resource = parts
    kind, _, name = resource.partition("/")
    if service != "elasticbeanstalk" or not PARTITION.fullmatch(partition) or not REGION.fullmatch(region or ANYWHERE):
        return _unknown_platform(_malformed(f"{shown(arn)} is not the ARN of a platform; expected {ARN_FORM}"))
    if kind == "solutionstack":
        return _stack_arn(name)
    if kind != "platform" or not name:
        return _unknown_platform(_malformed(f"{shown(arn)} is the ARN of something else; expected {ARN_FORM}"))
    if not account and not region:
        # AWS's own sample names one in this way: github.com/aws-samples/eb-java-scorekeep, template.yml
        own = _own_platform(name)
        return Platform(own.id, (_uncertain(f"{shown(arn)} names no Region; expected {ARN_FORM}"), *own.findings))
    if not account:
        return _own_platform(name)
    if not ACCOUNT.fullmatch(account):
        message = f"{shown(account)} in {shown(arn)} is not an account; expected {ARN_FORM}"
        return _unknown_platform(_malformed(message))
    if branch := platforms().by_name.get(name.split("/", 1)[0]):
        message = f"the ARN of {shown(name)} has an account; those of Elastic Beanstalk's own platforms have none"
        return _platform(branch, _uncertain(message))
    return _unknown_platform()


def _own_platform(resource: str) -> Platform:
    """Return what is known of a platform of Elastic Beanstalk by what follows `platform/` in its ARN."""
    name, slash, version = resource.partition("/")
    if name == BUILDER:
        return _unknown_platform()
    bad_version: list[Finding] = []
    if slash and not VERSION.fullmatch(f"v{version}"):
        message = f"the platform {shown(resource)} has the version {shown(version)}, which is not of the form X.Y.Z"
        # AWS's own tools accept `latest` as a version elsewhere. Whether it is accepted here is not known.
        judge = _uncertain if version == "latest" else _malformed
        bad_version.append(judge(message))
    if branch := platforms().of_name(name):
        return _platform(branch, *bad_version)
    if stack := _meant_stack(name):
        branch, _ = stack
        message = f"{shown(name)} is a solution stack; an ARN names its branch{suggestion(branch.name)}"
        return _platform(branch, _malformed(message))
    if ":" in name:
        return _unknown_platform(_malformed(f"{shown(resource)} contains a colon; expected {ARN_FORM}"))
    match = LOOSE_BRANCH.fullmatch(" ".join(name.split()))
    if match and (branch := platforms().loosely(match[2], match[1])):
        return _platform(branch, _uncertain(_unknown_branch(name, branch.name)), *bad_version)
    of_runtime = _of_runtime(name)
    near = of_runtime.name if of_runtime else nearest(name, [branch.name for branch in platforms().released])
    message = _unknown_branch(name, near)
    # A name without `running on` may be a new kind of platform, unless it resembles a known one.
    judge = _uncertain if match or of_runtime or not near else _malformed
    return _unknown_platform(judge(message), *bad_version)


def _unknown_branch(name: str, near: str | None) -> str:
    return f"unknown platform branch {shown(name)}{suggestion(near)}"


def _stack_arn(name: str) -> Platform:
    message = f"the ARN of {shown(name)} is a solution stack's, not a platform's; expected {ARN_FORM}"
    if meant := _meant_stack(name):
        branch, _ = meant
        return _platform(branch, _malformed(message + suggestion(branch.name)))
    match = STACK.fullmatch(name)
    if match and (old := platforms().of_stack(match[1], match[3])):
        return _platform(old, _malformed(message))
    return _unknown_platform(_malformed(message))


def _not_an_arn(arn: str) -> Platform:
    if STACK.fullmatch(arn):
        message = f"{shown(arn)} is a solution stack; it belongs in SolutionStackName"
        return Platform(solution_stack(arn).id, (_malformed(message),))
    if branch := platforms().by_name.get(arn.split("/", 1)[0]):
        message = f"{shown(arn)} is a platform branch, not its ARN; expected {ARN_FORM}"
        return _platform(branch, _malformed(message))
    return _unknown_platform(_malformed(f"{shown(arn)} is not the ARN of a platform; expected {ARN_FORM}"))


def _platform(branch: Branch, *findings: Finding) -> Platform:
    return Platform(branch.id, (*findings, *_retirement(branch)))


def _unknown_platform(*findings: Finding) -> Platform:
    return Platform(None, findings)


def _retirement(branch: Branch) -> list[Finding]:
    if not branch.retirement:
        return []
    severity: Severity = "warning"
    when = f"was retired on {branch.retirement}"
    if branch.announced:
        when = f"was to be retired on {branch.retirement}"  # whether AWS kept the date is not in the facts
        if branch.retirement > platforms().date:
            severity, when = "informational", f"is to be retired on {branch.retirement}"
    name = "the Amazon Linux AMI" if branch.old else branch.name
    message = f"{name} {when}"
    if branch.successor:
        message += f"; its successor is {branch.successor}"
    return [report(severity, Kind.PLATFORM_RETIRED, message)]


def _malformed(message: str) -> Finding:
    return report("error", Kind.PLATFORM_NAME, message)


def _uncertain(message: str) -> Finding:
    return report("warning", Kind.PLATFORM_NAME, message)
