"""What a platform's name says: a solution stack's name, or a platform's ARN.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-schedule.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/platforms/platforms-supported.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from beanstack.eb.branches import PLACEHOLDER, platforms
from beanstack.eb.findings import nearest, report, shown, suggestion
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
BUILDER = "Elastic Beanstalk Packer Builder"

PARTITION = re.compile(r"aws(-[a-z]+)*")
REGION = re.compile(r"[a-z]{2,6}(-[a-z]+)+-[0-9]{1,2}")
ACCOUNT = re.compile(r"[0-9]{12}")


class Platform(NamedTuple):
    """What is known of a platform by its name.

    `id` is such as ecs-al2023, which the facts on options take (`Context.platform`); None where the name tells none: a
    custom platform, or a branch that the facts do not know.
    """

    id: str | None
    findings: tuple[Finding, ...]


def solution_stack(name: str) -> Platform:
    """What a SolutionStackName says.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/platforms/platforms-supported.html
    """
    match = STACK.fullmatch(name)
    if match and (branch := platforms().of_stack(match[1], match[3])):
        if branch.old or VERSION.fullmatch(match[2] or "") or (branch.version_optional and not match[2]):
            return _platform(branch)
        return _platform(branch, _stack_version(name, branch))
    if meant := _meant_stack(name):
        branch, version = meant
        if VERSION.fullmatch(version.lower()):
            return _platform(branch, _unknown_stack(name))
        return _platform(branch, _stack_version(name, branch))
    if name.startswith("arn:"):
        return _platform(None, _malformed(f"{shown(name)} is an ARN; it belongs in PlatformArn"))
    if branch := platforms().of_name(name.split("/", 1)[0]):
        form = STACK_FORM if branch.old else branch.stack
        return _platform(branch, _malformed(f"{shown(name)} is a platform branch; a solution stack is '{form}'"))
    loose = LOOSE_STACK.fullmatch(" ".join(name.split()))
    if not loose and EXAMPLE.fullmatch(name):
        return _platform(None, _unknown(f"{shown(name)} stands for a solution stack, as '{STACK_FORM}'"))
    if not loose:
        message = f"{shown(name)} is not a solution stack name such as '{STACK_FORM}'{suggestion(_near(name))}"
        return _platform(None, _malformed(message))
    if match and match[1] in platforms().systems and not VERSION.fullmatch(match[2] or ""):
        message = f"the solution stack {shown(name)} has no version of the form {PLACEHOLDER}{suggestion(_near(name))}"
        return _platform(None, _malformed(message))
    return _platform(None, _unknown_stack(name))


def _meant_stack(name: str) -> tuple[Branch, str] | None:
    """The branch, and the version as it stands, where but case, spaces or the version are other than they should be."""
    match = LOOSE_STACK.fullmatch(" ".join(name.split()))
    if not match:
        return None
    system, version, runtime = match[1], match[2] or "", match[3]
    for last, rest in (("", version), (f" {version}", "")):  # Amazon Linux 2 and 2023 end as a version may
        if branch := platforms().loosely(system + last, runtime):
            return branch, rest
    return None


def _stack_version(name: str, branch: Branch) -> Finding:
    message = f"the solution stack {shown(name)} has no version of the form {PLACEHOLDER}, as in '{branch.stack}'"
    return _malformed(message)


def _unknown_stack(name: str) -> Finding:
    return _unknown(f"unknown solution stack {shown(name)}{suggestion(_near(name))}")


def _near(name: str) -> str | None:
    """Return the known solution stack that a name resembles most, with the version that it names."""
    version = VERSION.search(name.replace(" V", " v"))
    searched = f"{name[: version.start()]}{PLACEHOLDER}{name[version.end() :]}" if version else name
    near = nearest(searched, [branch.stack for branch in platforms().out])
    return near.replace(PLACEHOLDER, version[0], 1) if near and version else near


def platform_arn(arn: str) -> Platform:
    """What a PlatformArn says; one without a version means the latest.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.iam.policies.arn.html
    """
    parts = arn.split(":", 5)
    if parts[0] != "arn" or len(parts) != 6:
        return _no_arn(arn)
    _, partition, service, region, account, resource = parts
    kind, _, name = resource.partition("/")
    if service != "elasticbeanstalk" or not PARTITION.fullmatch(partition) or not REGION.fullmatch(region):
        return _platform(None, _malformed(f"{shown(arn)} is not the ARN of a platform; expected {ARN_FORM}"))
    if kind == "solutionstack":
        return _stack_arn(name)
    if kind != "platform" or not name:
        return _platform(None, _malformed(f"{shown(arn)} is the ARN of another thing than a platform, {ARN_FORM}"))
    if not account:
        return _own(name)
    if not ACCOUNT.fullmatch(account):
        return _platform(None, _malformed(f"{shown(account)} in {shown(arn)} is not an account; expected {ARN_FORM}"))
    if branch := platforms().by_name.get(name.split("/", 1)[0]):
        message = f"the ARN of {shown(name)} has an account; those of Elastic Beanstalk's own platforms have none"
        return _platform(branch, _unknown(message))
    return Platform(None, ())


def _own(resource: str) -> Platform:
    """Check a platform of Elastic Beanstalk's own by what follows `platform/` in its ARN."""
    name, slash, version = resource.partition("/")
    if name == BUILDER:
        return Platform(None, ())
    bad_version: tuple[Finding, ...] = ()
    if slash and not VERSION.fullmatch(f"v{version}"):
        message = f"the platform {shown(resource)} has the version {shown(version)}, which is not of the form X.Y.Z"
        # AWS's own tools accept `latest` as a version in other places. Whether they do here is not known.
        bad_version = (_unknown(message) if version == "latest" else _malformed(message),)
    if branch := platforms().of_name(name):
        return _platform(branch, *bad_version)
    if stack := _meant_stack(name):
        message = f"{shown(name)} is a solution stack; an ARN names its branch{suggestion(stack[0].name)}"
        return _platform(stack[0], _malformed(message))
    if ":" in name:
        return _platform(None, _malformed(f"{shown(resource)} has a colon in it, {ARN_FORM}"))
    match = LOOSE_BRANCH.fullmatch(" ".join(name.split()))
    meant = platforms().loosely(match[2], match[1]) if match else None
    near = meant.name if meant else nearest(name, [branch.name for branch in platforms().out])
    message = f"unknown platform branch {shown(name)}{suggestion(near)}"
    # Without `running on` it may be a platform of a new kind, unless it resembles one of the old.
    found = _unknown(message) if match or not near else _malformed(message)
    return _platform(meant, found, *bad_version)


def _stack_arn(name: str) -> Platform:
    meant = _meant_stack(name)
    near = meant[0].name if meant else None
    message = f"the ARN of {shown(name)} is a solution stack's, not a platform's, {ARN_FORM}{suggestion(near)}"
    return _platform(meant[0] if meant else platforms().of_stack(*_old_parts(name)), _malformed(message))


def _old_parts(name: str) -> tuple[str, str]:
    match = STACK.fullmatch(name)
    return (match[1], match[3]) if match else ("", "")


def _no_arn(arn: str) -> Platform:
    if STACK.fullmatch(arn):
        message = f"{shown(arn)} is a solution stack; it belongs in SolutionStackName"
        return Platform(solution_stack(arn).id, (_malformed(message),))
    branch = platforms().by_name.get(arn.split("/", 1)[0])
    what = "a platform branch, not its ARN" if branch else "not the ARN of a platform"
    return _platform(branch, _malformed(f"{shown(arn)} is {what}, {ARN_FORM}"))


def _platform(branch: Branch | None, *findings: Finding) -> Platform:
    return Platform(branch.id, (*findings, *_retirement(branch))) if branch else Platform(None, findings)


def _retirement(branch: Branch) -> tuple[Finding, ...]:
    if not branch.retirement:
        return ()
    to_come = branch.announced and branch.retirement > platforms().date
    severity: Severity = "informational" if to_come else "warning"
    when = f"is to be retired on {branch.retirement}"
    if not to_come:
        when = f"was {'to be ' if branch.announced else ''}retired on {branch.retirement}"
    name = "the Amazon Linux AMI" if branch.old else branch.name
    successor = f"; its successor is {branch.successor}" if branch.successor else ""
    return (report(severity, Kind.PLATFORM_RETIRED, f"{name} {when}{successor}"),)


def _malformed(message: str) -> Finding:
    return report("error", Kind.PLATFORM_NAME, message)


def _unknown(message: str) -> Finding:
    return report("warning", Kind.PLATFORM_NAME, message)
