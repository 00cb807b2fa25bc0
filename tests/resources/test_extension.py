"""Resources in the stack that EB makes for an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from troposphere import encode_to_dict

from beanstack.bundle import bundle
from beanstack.resources.extension import custom_option

if TYPE_CHECKING:
    from tests.conftest import Configured

RESOURCES = ".ebextensions/resources.config"
DATABASE = "database: {engine: mysql, user: shop, deletion_policy: Snapshot}"


def resources(application: Any) -> Any:
    made = bundle(application, application.environments["dev"])
    return yaml.safe_load(made[RESOURCES])["Resources"] if RESOURCES in made else None


def test_an_environment_that_changes_nothing_has_no_such_file(shop: Configured) -> None:
    assert resources(shop("")) is None


def test_deletion_protection_also_protects_a_coupled_database(shop: Configured) -> None:
    assert resources(shop(f"deletion_protection: true\n{DATABASE}")) == {
        "AWSEBRDSDatabase": {"Type": "AWS::RDS::DBInstance", "Properties": {"DeletionProtection": True}}
    }
    assert resources(shop(DATABASE)) is None
    assert resources(shop("deletion_protection: true")) is None


def test_a_custom_option_is_read_by_its_name() -> None:
    assert encode_to_dict(custom_option("WebAcl")) == {
        "Fn::GetOptionSetting": {"Namespace": "aws:elasticbeanstalk:customoption", "OptionName": "WebAcl"}
    }
