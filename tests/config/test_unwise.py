"""What ECS accepts of containers though it has no effect or may not work: a warning at the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack.config import load
from tests.config.conftest import SETTINGS, edited, own

if TYPE_CHECKING:
    from pathlib import Path

PLACE = "environments.dev.containers.web"
AGENT = "in /etc/ecs/ecs.config says so"


def warnings(folder: Path, key: str) -> list[str]:
    """The warnings about a line that is added to `web`, without those about the whole file."""
    file = folder / "shop.yaml"
    file.write_text(own(edited(SETTINGS, ("{MODE: fast}", f"{{MODE: fast}}\n    {key}"))))
    found = [warning for warning in load([file]).warnings if warning.path[2:4] == ("containers", "web")]
    return [str(warning).removeprefix(f"{folder}/") for warning in found]


@pytest.mark.parametrize(
    ("key", "column", "message"),
    [
        (
            "linux_parameters: {capabilities: {add: [ALL], drop: [ALL]}}",
            62,
            "linux_parameters.capabilities.drop.0: 'ALL' is both added and dropped",
        ),
        (
            "linux_parameters: {capabilities: {add: [CAP_CHOWN]}}",
            49,
            "linux_parameters.capabilities.add.0: 'CAP_CHOWN' is not in ECS's list of capabilities, though Docker "
            "knows it; write CHOWN",
        ),
        (
            "linux_parameters: {swappiness: 10, max_swap: 64}",
            40,
            "linux_parameters.swappiness: Amazon Linux 2023 does not support `swappiness`",
        ),
        (
            "health_check: {command: [CMD-SHELL, curl, localhost]}",
            51,
            "health_check.command.2: CMD-SHELL runs 'curl' alone; write the whole command line as one word",
        ),
        (
            "docker_labels: {com.amazonaws.ecs.cluster: a}",
            25,
            "docker_labels.com.amazonaws.ecs.cluster: the label 'com.amazonaws.ecs.cluster' belongs to the ECS agent",
        ),
        (
            "log_configuration: {log_driver: gelf, options: {gelf-address: 'udp://logs:12201'}}",
            41,
            f"log_configuration.log_driver: an instance offers gelf only if ECS_AVAILABLE_LOGGING_DRIVERS {AGENT}",
        ),
        (
            "docker_security_options: ['label:disable']",
            35,
            f"docker_security_options.0: an instance offers labels of SELinux only if ECS_SELINUX_CAPABLE {AGENT}",
        ),
    ],
)
def test_a_setting_that_is_unwise_warns_at_its_key(key: str, column: int, message: str, folder: Path) -> None:
    assert warnings(folder, key) == [f"shop.yaml:20:{column}: {PLACE}.{message}"]


@pytest.mark.parametrize(
    "key",
    [
        "linux_parameters: {capabilities: {add: [NET_ADMIN], drop: [ALL]}}",
        "health_check: {command: [CMD-SHELL, curl localhost]}",
        "docker_labels: {com.example.team: a}",
        "log_configuration: {log_driver: json-file, options: {max-size: 10m}}",
        "hostname: shop.example.org",
    ],
)
def test_a_usual_setting_does_not_warn(key: str, folder: Path) -> None:
    assert warnings(folder, key) == []


def test_a_container_without_a_network_keeps_its_other_keys(folder: Path) -> None:
    file = folder / "shop.yaml"
    side = "essential: false\n    disable_networking: true\n    links: [web]"
    file.write_text(own(edited(SETTINGS, ("essential: false", side))))
    [found] = [found for found in load([file]).warnings if found.path[3:4] == ("worker",)]
    assert found.path[4:] == ("links",)
    assert found.message == "`links` has no effect: 'worker' has no network (`disable_networking`)"
