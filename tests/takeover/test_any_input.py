"""Whatever the files hold, an import makes a configuration that loads, or says why there is none."""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from beanstack.config import load
from beanstack.takeover.draft import TakeoverError
from beanstack.takeover.making import Names, make
from beanstack.takeover.source import open_bundle, read_settings
from tests.takeover.foreign import BALANCED, LENIENT

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-9, 99999), st.text(max_size=6), st.floats(allow_nan=False))
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all that is in a value, and its own."""
    found = [path]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += places(item, (*path, key))
    return found


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    made = copy.deepcopy(value)
    at = made
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = new
    return made


DOCKERRUN, SAVED = json.loads(LENIENT), yaml.safe_load(BALANCED)


DESCRIBED = {
    "ConfigurationSettings": [
        {
            "SolutionStackName": "64bit Amazon Linux 2023 v4.7.7 running ECS",
            "ApplicationName": "shop",
            "EnvironmentName": "shop-prod",
            "DeploymentStatus": "deployed",
            "Tier": {"Name": "WebServer", "Type": "Standard", "Version": "1.0"},
            "OptionSettings": [
                {
                    "ResourceName": "AWSEBAutoScalingGroup",
                    "Namespace": "aws:autoscaling:asg",
                    "OptionName": "MinSize",
                    "Value": "1",
                },
                {
                    "Namespace": "aws:elasticbeanstalk:environment",
                    "OptionName": "EnvironmentType",
                    "Value": "SingleInstance",
                },
            ],
        }
    ]
}


def assert_imported_or_refused(settings: str, dockerrun: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Dockerrun.aws.json").write_text(dockerrun, "utf-8")
        (Path(folder) / "saved.cfg.yml").write_text(settings, "utf-8")
        try:
            source = read_settings(Path(folder) / "saved.cfg.yml")
            made = make(source, *open_bundle(Path(folder)), Names("shop", "prod", "eu-west-1"))
        except TakeoverError:
            return
        path = Path(folder) / "shop.yaml"
        path.write_text(made.text, "utf-8")
        load([path])


@settings(max_examples=120)
@given(st.sampled_from(places(DOCKERRUN)), DATA)
def test_any_change_of_a_dockerrun_is_imported_or_refused(path: tuple[Any, ...], new: Any) -> None:
    assert_imported_or_refused(BALANCED, json.dumps(replaced(DOCKERRUN, path, new)))


@settings(max_examples=120)
@given(st.sampled_from(places(SAVED)), DATA)
def test_any_change_of_a_saved_configuration_is_imported_or_refused(path: tuple[Any, ...], new: Any) -> None:
    assert_imported_or_refused(yaml.safe_dump(replaced(SAVED, path, new), allow_unicode=True), LENIENT)


@settings(max_examples=120)
@given(st.sampled_from(places(DESCRIBED)), DATA)
def test_any_change_of_a_description_is_imported_or_refused(path: tuple[Any, ...], new: Any) -> None:
    assert_imported_or_refused(json.dumps(replaced(DESCRIBED, path, new)), LENIENT)
