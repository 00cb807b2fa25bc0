"""Resources in the stack that EB makes for an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from troposphere import encode_to_dict

from beanstack.bundle import bundle
from beanstack.resources.customoption import custom_option

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
    assert resources(shop(f"deletion_protection: false\n{DATABASE}")) == {
        "AWSEBRDSDatabase": {"Type": "AWS::RDS::DBInstance", "Properties": {"DeletionProtection": False}}
    }
    raw = "options: {'aws:rds:dbinstance': {HasCoupledDatabase: true, DBPassword: '{{resolve:secretsmanager:db}}'}}"
    assert resources(shop(f"deletion_protection: true\n{raw}")) == {
        "AWSEBRDSDatabase": {"Type": "AWS::RDS::DBInstance", "Properties": {"DeletionProtection": True}}
    }
    assert resources(shop(DATABASE)) is None
    assert resources(shop("deletion_protection: true")) is None


def test_a_custom_option_is_read_by_its_name() -> None:
    assert encode_to_dict(custom_option("WebAcl")) == {
        "Fn::GetOptionSetting": {"Namespace": "aws:elasticbeanstalk:customoption", "OptionName": "WebAcl"}
    }


def test_a_web_acl_protects_the_load_balancer_and_its_arn_stays_out_of_the_bundle(shop: Configured) -> None:
    arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/0123-abcd"
    assert resources(shop(f"load_balancer: {{waf: '{arn}'}}")) == {
        "WebAclAssociation": {
            "Type": "AWS::WAFv2::WebACLAssociation",
            "Properties": {
                "ResourceArn": {"Ref": "AWSEBV2LoadBalancer"},
                "WebACLArn": {
                    "Fn::GetOptionSetting": {
                        "Namespace": "aws:elasticbeanstalk:customoption",
                        "OptionName": "WebAcl",
                    }
                },
            },
        }
    }
