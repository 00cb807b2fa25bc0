"""cfn-lint, with warnings as errors, has nothing to say of any kind of environment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

from beanstack import stacks, yaml

if TYPE_CHECKING:
    from tests.conftest import Configured

PROJECT = Path(__file__).parents[1]
KEY = f"{'0' * 64}.zip"
VARIANTS = {
    "bare": "",
    "application load balancer": "load_balancer: {type: application, port: 80}\nhealth_check: {codes: '200-299'}",
    "network load balancer": "load_balancer: {type: network}",
    "classic load balancer": "load_balancer: {type: classic}\nhealth_check: {path: /todos}",
    "one instance": "load_balancer: {type: none}",
    "one instance with a database": "load_balancer: {type: none}\ndatabase: {engine: mysql}",
    "mysql": "database: {engine: mysql, deletion_policy: Delete}",
    "mysql on a classic load balancer": "database: {engine: mysql}\nload_balancer: {type: classic}",
    "postgres": "database: {engine: postgres, multi_az: true, storage: 100, user: shop, version: '16.15'}",
    "a database that stays": "database: {engine: postgres, deletion_policy: Retain, instance_class: db.m6g.large}",
    "tags": "tags: {team: blue, 'cost centre': 'für 1+1=2 @ a_b:c.d/e'}",
    "a key pair": "key_pair: ops",
    "a load balancer's timeouts, logs, web ACL, processes and rules": """\
        load_balancer:
          idle_timeout: 120
          stickiness: 60
          deregistration_delay: 0
          access_logs: true
          waf: arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/0123-abcd
          processes: {admin: {port: 80, health_check: {path: /admin/up}}}
          rules: {admin: {priority: 9, paths: [/admin/*], hosts: [admin.example.com], process: admin}}
        """,
    "a shared load balancer": """\
        load_balancer:
          shared: arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/0123456789abcdef
          rules: {shop: {hosts: [shop.example.com]}}
        """,
    "timeouts of a classic load balancer": """\
        load_balancer: {type: classic, idle_timeout: 120, stickiness: 60, deregistration_delay: 30}
        """,
    "sources in the default VPC": "load_balancer: {sources: [203.0.113.0/24, pl-0123456789abcdef0]}",
    "a VPC with an internal load balancer": """\
        vpc: {id: vpc-0123456789abcdef0, subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}
        load_balancer: {scheme: internal, ip_address_type: dualstack, sources: [10.0.0.0/8, "2001:db8::/32"]}
        """,
    "a VPC with a network load balancer and SSH": """\
        vpc: {id: vpc-0123456789abcdef0, subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}
        load_balancer: {type: network}
        key_pair: ops
        ssh_source: 203.0.113.0/24
        """,
    "a VPC with a classic load balancer and a database": """\
        vpc: {id: vpc-0123456789abcdef0, subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}
        load_balancer: {type: classic}
        database: {engine: mysql}
        """,
    "a VPC with one instance and Session Manager": """\
        vpc: {id: vpc-0123456789abcdef0, subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}
        load_balancer: {type: none}
        session_manager: true
        """,
    "an account": 'account: "012345678901"',
    "an execution role": """\
        execution_role_arn: arn:aws:iam::111111111111:role/reader
        containers: {web: {secrets: {KEY: "arn:aws:ssm:eu-west-1:111111111111:parameter/key"}}}
        """,
    "secrets of EB": """\
        execution_role_arn: arn:aws:iam::111111111111:role/reader
        options:
          aws:elasticbeanstalk:application:environmentsecrets:
            DB_PASSWORD: "arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-AbCdEf:password::"
        """,
    "options": """\
        options:
          aws:autoscaling:asg: {Cooldown: 60}
          aws:ec2:vpc: {VPCId: vpc-0123456789abcdef0, Subnets: "subnet-0123456789abcdef0,subnet-0123456789abcdef1"}
          aws:elasticbeanstalk:environment: {LoadBalancerIsShared: false}
        """,
    "properties": "properties: {GREETING: \"it's ${HOME}\", EMPTY: '', SECRET: '{{resolve:secretsmanager:shop}}'}",
    "properties that are no secrets": "properties: {API_TOKEN: public, DB: 'a://b:c@d'}\nnot_secret: [API_TOKEN, DB]",
    "a repository": "image: 111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/web:1\ncontainers: {web: {image: null}}",
    "repositories of two regions": """\
        containers:
          web: {image: "111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/web:1"}
          side: {image: "222222222222.dkr.ecr.eu-north-1.amazonaws.com/side:2", memory: 8}
        """,
    "rolling": "deployment: {policy: Rolling, batch_size: 1, batch_size_type: Fixed}\nscaling: {min: 2, max: 8}",
    "immutable": "deployment: {policy: Immutable, ignore_health_check: true, timeout: 1800}",
    "traffic splitting": "deployment: {policy: TrafficSplitting, new_version_percent: 20, evaluation_time: 10}",
    "several instance types": "instance_types: [t3.small, t3a.small]",
    "another region": "region: ap-southeast-2",
}


def test_cfn_lint_is_silent_on_every_kind_of_environment(shop: Configured, tmp_path: Path) -> None:
    """One call for all, because cfn-lint takes seconds to start."""
    folder = tmp_path / "output"
    folder.mkdir()
    for variant, settings in VARIANTS.items():
        application = shop(dedent(settings))
        template = stacks.environment_stack(application, application.environments["dev"], KEY)
        (folder / f"{variant}.yaml").write_text(yaml.text(template, "config/shop.yaml"), "utf-8")
    for variant, settings in {"application": "", "with logs": "load_balancer: {access_logs: true}"}.items():
        template = stacks.application_stack(shop(settings))
        (folder / f"{variant}.yaml").write_text(yaml.text(template, "config/shop.yaml"), "utf-8")
    assert lint(folder) == (0, "")


def test_cfn_lint_finds_what_is_wrong(shop: Configured, tmp_path: Path) -> None:
    """Otherwise its silence about the good ones would mean nothing."""
    application = shop("")
    template = stacks.environment_stack(application, application.environments["dev"], KEY)
    written = yaml.text(template, "config/shop.yaml").replace("Type: 'AWS::IAM::Role'", "Type: 'AWS::IAM::Roll'")
    (tmp_path / "wrong.yaml").write_text(written, "utf-8")
    status, output = lint(tmp_path)
    assert status != 0
    assert "AWS::IAM::Roll" in output


def lint(folder: Path) -> tuple[int, str]:
    """Return the exit status and output of cfn-lint on a folder's templates, with the project's own settings."""
    done = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), "--format", "parseable", *sorted(folder.rglob("*.yaml"))],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr
