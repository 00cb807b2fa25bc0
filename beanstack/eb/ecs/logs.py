"""What ECS and Docker accept of a container's log driver and of FireLens: the facts of `facts/logging.json`.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from beanstack.eb import FACTS
from beanstack.eb.ecs.containers import DEFINITIONS, agent_finding, entries, quoted_name
from beanstack.eb.findings import bundle_finding, hint, listed, shown
from beanstack.eb.forms import matches
from beanstack.eb.partitions import region_fault
from beanstack.eb.shape import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from beanstack.eb.ecs.containers import Container, Entry
    from beanstack.eb.findings import Finding, Path

LOGS = "logConfiguration"
ROUTER = "firelensConfiguration"
FIRELENS = "awsfirelens"
REGION = "awslogs-region"
OUTPUT = {"fluentbit": "Name", "fluentd": "@type"}  # the option that names the plugin of a router
# Options of a container that FireLens reads itself.
OF_FIRELENS = ("include-pattern", "exclude-pattern", "log-driver-buffer-limit")
CONFIG_TYPE, CONFIG_VALUE = "config-file-type", "config-file-value"


@cache
def facts() -> Mapping[str, Any]:
    """Return the facts on log drivers, read once and only for a container that names one."""
    return dict(json.loads((FACTS / "logging.json").read_text("utf-8")))


def log_findings(path: Path, container: Container) -> Iterator[Finding]:
    """Yield the problems with the log driver of a container and with its options."""
    logs = container.get(LOGS) or {}
    driver = logs.get("logDriver")
    if driver is None or driver not in (*facts()["drivers"], FIRELENS):
        return
    at: Path = (*path, LOGS)
    if driver not in facts()["enabled"]:
        yield agent_finding((*at, "logDriver"), driver, "ECS_AVAILABLE_LOGGING_DRIVERS")
    options = logs.get("options") or {}
    secret = {item.get("name"): place for place, item in entries(logs, "secretOptions", at) if item.get("name")}
    if driver == FIRELENS:
        return
    places: dict[str, Path] = {name: (*at, "options", name) for name in options}
    yield from _names(at, driver, {**places, **secret})
    for name, value in options.items():
        yield from _value(places[name], {**facts()["common"], **_known(driver)}.get(name, ""), value)
    yield from _together(at, driver, options)
    region = options.get(REGION) or ""
    fault = region_fault(region) if driver == "awslogs" and not PLACEHOLDER.search(region) else ""
    if fault and matches(facts()["forms"]["region"]["pattern"], region):
        yield bundle_finding("log-option-unusual", places[REGION], fault)


def _known(driver: str) -> Mapping[str, str]:
    fact = facts()["drivers"][driver]
    return {**fact["options"], **fact.get("of_docker", {})}


def _names(path: Path, driver: str, given: Mapping[str, Path]) -> Iterator[Finding]:
    """Yield options that a driver does not have, and those that it needs; `given` are the options with their paths."""
    fact = facts()["drivers"][driver]
    for name, at in given.items():
        if PLACEHOLDER.search(name) or name in fact["options"] or name in facts()["common"]:
            continue
        if name in fact.get("of_docker", ()):
            message = f"{name} is an option of Docker's {driver} that ECS does not document, and may refuse"
            yield bundle_finding("log-option-unusual", at, message, at_key=True)
        else:
            message = f"{driver} has no option {shown(name)}"
            yield bundle_finding("log-option", at, message, hint(name, fact["options"]), at_key=True)
    missing = [name for name in fact["required"] if name not in given]
    if missing:
        also = ((*path, "options"),)
        yield bundle_finding("log-options-missing", path, f"{driver} needs {listed(missing)} in `options`", also=also)


def _value(path: Path, name: str, value: str | None) -> Iterator[Finding]:
    """Yield an option's value that does not have the form of a name."""
    form = facts()["forms"].get(name)
    if form and value is not None and not PLACEHOLDER.search(value) and not matches(form["pattern"], value):
        message = f"expected {form['meaning']}, not {shown(value)}"
        yield bundle_finding("log-option-value", path, message)


def _together(path: Path, driver: str, options: Mapping[str, str]) -> Iterator[Finding]:
    """Yield options that exclude each other.

    https://github.com/moby/moby/blob/master/daemon/logger/factory.go
    """
    at: Path = (*path, "options")
    pattern, date, mode = "awslogs-multiline-pattern", "awslogs-datetime-format", options.get("mode")
    if driver == "awslogs" and pattern in options and date in options:
        message = f"{date} and {pattern} exclude each other"
        yield bundle_finding("log-option-value", (*at, pattern), message, also=((*at, date),))
    if mode == "blocking" and "max-buffer-size" in options:
        message = "max-buffer-size needs `mode: non-blocking`"
        yield bundle_finding("log-option-value", (*at, "max-buffer-size"), message, also=((*at, "mode"),))


def firelens_findings(containers: Iterable[Entry]) -> Iterator[Finding]:
    """Yield containers whose log router is missing, and routers that ECS or its agent refuse.

    https://github.com/fabfuel/ecs-deploy/issues/164
    https://github.com/aws/amazon-cloudwatch-logs-for-fluent-bit/issues/20
    https://github.com/aws/amazon-ecs-agent/blob/master/agent/taskresource/firelens/firelens_unix.go
    """
    containers = list(containers)
    routers = [(path, container) for path, container in containers if container.get(ROUTER) is not None]
    routed = [(path, container) for path, container in containers if _driver(container) == FIRELENS]
    for path, container in routed:
        at: Path = (*path, LOGS, "logDriver")
        if not any(ROUTER in other for _, other in containers):
            message = f"{FIRELENS} needs a container with `{ROUTER}`, which routes the logs"
            yield bundle_finding("firelens-router", at, message)
        elif ROUTER in container:
            message = f"{quoted_name(container)} is the router itself, whose own logs need another driver"
            yield bundle_finding("firelens-router-of-itself", at, message, also=((*path, ROUTER),))
    drivers_known = all(LOGS not in container or _driver(container) for _, container in containers)
    for index, (path, container) in enumerate(routers):
        if not routed and drivers_known:
            message = f"no container has the log driver {FIRELENS}, so that ECS refuses `{ROUTER}`"
            yield bundle_finding("firelens-unused", (*path, ROUTER), message, also=((DEFINITIONS,),))
        if index:
            message = f"{quoted_name(routers[0][1])} is the router already; the agent uses the first one alone"
            yield bundle_finding("firelens-routers", (*path, ROUTER), message, also=((*routers[0][0], ROUTER),))
        yield from _router_options((*path, ROUTER, "options"), container[ROUTER].get("options") or {})
    if len(routers) == 1:
        for path, container in routed:
            yield from _output((*path, LOGS, "options"), container, routers[0][1][ROUTER].get("type"))


def _driver(container: Container) -> str | None:
    driver: str | None = (container.get(LOGS) or {}).get("logDriver")
    return driver


def _router_options(path: Path, options: Mapping[str, str]) -> Iterator[Finding]:
    kind, value = options.get(CONFIG_TYPE), options.get(CONFIG_VALUE)
    if kind is not None and kind not in ("s3", "file") and not PLACEHOLDER.search(kind):
        yield bundle_finding("firelens-options", (*path, CONFIG_TYPE), f"expected s3 or file, not {shown(kind)}")
    elif kind is not None and CONFIG_VALUE not in options:
        yield bundle_finding("firelens-options", (*path, CONFIG_TYPE), f"{CONFIG_TYPE} needs {CONFIG_VALUE}")
    elif kind == "s3":
        for found in _value((*path, CONFIG_VALUE), "s3-object", value):
            yield bundle_finding("firelens-options", found.path, found.message)


def _output(path: Path, container: Container, router: str | None) -> Iterator[Finding]:
    """Yield the options of a container that do not say to which plugin of the router they belong."""
    options = (container.get(LOGS) or {}).get("options") or {}
    output = OUTPUT.get(router or "")
    own = [name for name in options if name not in OF_FIRELENS]
    if output and own and output not in options:
        near = next((name for name in own if name.lower() == output.lower()), "")
        message = f"a router of the type {router} needs the option {output} beside {own[0]}"
        if near:
            message = f"a router of the type {router} needs the option {output}, written so, not {near}"
        yield bundle_finding("firelens-options", path, message)
