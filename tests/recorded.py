"""What EB described for environments of others, read from fixtures/recorded-settings.yaml."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import yaml

from beanstack.eb.settings import parts
from tests.conftest import PROJECT

PLATFORM = "docker-al2023"
FILE = PROJECT / "tests" / "fixtures" / "recorded-settings.yaml"
# The part of the names of EB's own resources that is the environment's ID.
IDS = {"single-arm64": "e-tewurzz2rd", "single": "e-7k58e7ph74", "classic": "e-tkdxhicv56"}


class Recording(NamedTuple):
    """The settings that a template set, and those that EB described, as records of the API."""

    environment_id: str
    given: list[dict[str, str]]
    described: list[dict[str, str]]


@cache
def recordings() -> dict[str, Recording]:
    read: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return {name: Recording(IDS[name], _records(one["set"]), _records(one["described"])) for name, one in read.items()}


def _records(namespaces: dict[str, dict[str, str | None]]) -> list[dict[str, str]]:
    found = []
    for written, options in namespaces.items():
        resource, namespace = parts(written)
        for option, value in options.items():
            record = {"Namespace": namespace, "OptionName": option}
            if resource:
                record["ResourceName"] = resource
            if value is not None:
                record["Value"] = value
            found.append(record)
    return found
