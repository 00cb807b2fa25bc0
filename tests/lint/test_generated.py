"""Whatever text a configuration holds, cfn-lint finds nothing in its templates of which generation has said nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from beanstack import stacks, yaml
from beanstack.archive import key
from beanstack.config import ConfigError, load
from beanstack.resources import accepted
from tests.lint.linted import linted

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = "123456789012"
SECRETS = "aws:elasticbeanstalk:application:environmentsecrets"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/"
TEXTS = [
    *(
        "",
        " x ",
        "é",
        "日本",
        "😀",
        "\u202ex",
        "a\nb",
        "a,b",
        "a:b",
        "'\"\\",
        "<b>",
        "*",
        "1",
        "true",
        "null",
        "x" * 300,
    ),
    *("${AWS::AccountId}", "${AWS::StackName}/x", "${Other}", "${!AWS::Region}", "$HOME", "!Ref X", '{"Ref": "X"}'),
    *("{{resolve:ssm-secure:x:1}}", "{{resolve:ssm:x}}", "{{resolve:ssm:x:latest}}", "{{resolve:ssm:a b}}"),
    *("{{resolve:secretsmanager:x:SecretString:k}}", "{{resolve:secretsmanager:x:k}}", "{{resolve:secretsmanager}}"),
    *("{{resolve:s3:x}}", "{{resolve:}}", "{{x}}", "a{{resolve:ssm:x}}b", ROLE, f"{ROLE}*", "arn:aws:s3:::b", "vpc-1"),
]


def settings(text: str) -> dict[str, dict[str, Any]]:
    """Return the settings of an environment with a text in the place of each, by a name."""
    role = {"execution_role_arn": f"{ROLE}reader"}
    return {
        "description": {"description": text},
        "application_name": {"application_name": text},
        "environment_name": {"environment_name": text},
        "cname_prefix": {"cname_prefix": text},
        "key_pair": {"key_pair": text},
        "tag": {"tags": {text: "x"}},
        "value of a tag": {"tags": {"x": text}},
        "property": {"properties": {text: "x"}},
        "value of a property": {"properties": {"X": text}},
        "health check": {"health_check": {"path": f"/{text}"}},
        "classic health check": {"health_check": {"path": f"/{text}"}, "load_balancer": {"type": "classic"}},
        "path of a rule": {"load_balancer": {"rules": {"a": {"paths": [f"/{text}"]}}}},
        "host of a rule": {"load_balancer": {"rules": {"a": {"hosts": [f"{text}.example.com"]}}}},
        "rule": {"load_balancer": {"rules": {text: {"paths": ["/a"]}}}},
        "process": {"load_balancer": {"processes": {text: {}}, "rules": {"a": {"paths": ["/a"], "process": text}}}},
        "web ACL": {"load_balancer": {"waf": text}},
        "shared load balancer": {"load_balancer": {"shared": text}},
        "logs": {"load_balancer": {"access_logs": {"bucket": "example-logs", "prefix": text}}},
        "bucket of logs": {"load_balancer": {"access_logs": {"bucket": text}}},
        "smoke test": {"smoke_test": [{"path": "/", "text": text}]},
        "role": {"execution_role_arn": f"{ROLE}{text}"},
        "minimal role": {"instance_role": {"managed_policies": "minimal"}, "tags": {"x": text}},
        "managed policy": {"instance_role": {"managed_policies": ["aws", text]}},
        "boundary": {"instance_role": {"permissions_boundary": text}},
        "path": {"instance_role": {"path": f"/{text}/"}},
        "statement": {"instance_role": {"statements": [{"actions": [text], "resources": [text]}]}},
        "resource": {"instance_role": {"statements": [{"actions": ["s3:GetObject"], "resources": [f"arn:{text}"]}]}},
        "profile": {"instance_profile": text},
        "service role": {"service_role": text},
        "image": {"image": f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/{text}:1"},
        "source": {"build": {"context": "app", "repository": text}},
        "certificate": {"https": {"certificate": text}, "dns": "none"},
        "name": {"dns": {"zones": {"example.com": "Z0123456789ABC"}, "names": [f"{text}.example.com"]}},
        "name by hand": {"dns": {"zones": "none", "names": [text]}},
        "option": {"options": {"aws:autoscaling:asg": {"Custom Availability Zones": text}}},
        "own option": {"options": {"aws:elasticbeanstalk:customoption": {"X": text}}},
        "database": {"database": {"engine": "mysql", "user": text}},
        "secret": {**role, "options": {SECRETS: {"X": f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:{text}"}}},
        "parameter": {**role, "options": {SECRETS: {"X": f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/{text}"}}},
    }


def configuration(given: dict[str, Any]) -> str:
    container = {"image": "nginx:1", "memory": 64, "ports": ["80:80"]}
    platform = "ECS running on 64bit Amazon Linux 2023/4.7.7"
    basics = {"region": "eu-west-1", "account": ACCOUNT, "platform": platform, "containers": {"web": container}}
    own = {name: given[name] for name in ("description", "application_name") if name in given}
    rest = {name: value for name, value in given.items() if name not in own}
    return json.dumps({"application": "shop", **own, "defaults": basics, "environments": {"dev": rest}})


def templates_of_what_is_silently_accepted(folder: Path) -> dict[str, tuple[str, str]]:
    """Write the templates of each configuration without an error or a warning; return the cases by file."""
    made: dict[str, tuple[str, str]] = {}
    contents: set[str] = set()
    path = folder / "shop.yaml"
    for text in TEXTS:
        for name, given in settings(text).items():
            path.write_text(configuration(given))
            try:
                configured = load([path], judge=accepted.judged)
            except ConfigError:
                continue
            [application] = configured.applications
            for stack, template in stacks.stacks(application, {"dev": key(b"")}):
                content = yaml.text(template, "config/shop.yaml")
                if not configured.warnings and content not in contents:
                    contents.add(content)
                    file = folder / f"{len(made)}-{stack.template}"
                    file.write_text(content)
                    made[file.name] = (name, text)
    return made


def test_cfn_lint_finds_nothing_new(tmp_path: Path) -> None:
    made = templates_of_what_is_silently_accepted(tmp_path)
    files = [tmp_path / name for name in made]
    found: list[tuple[str, str, str]] = []
    for few in batched(files, 100):
        for name, findings in linted(few).found.items():
            found += [(*made[name], one.id) for one in findings if not one.id.startswith("I")]
    assert found == []
    assert len(made) > 200


CERTIFICATE = f"arn:aws:acm:eu-west-1:{ACCOUNT}:certificate/12345678-1234-1234-1234-123456789012"
REQUESTED = {"domain": "example.com", "alternatives": ["*.example.com"]}
NAMES = {"zones": {"example.com": "Z0123456789ABC"}, "names": ["example.com", "*.example.com"]}
SECURED = [
    {"load_balancer": {"type": balancer}, "https": {"certificate": certificate, "http": http}, "dns": NAMES, **more}
    for balancer, modes in (
        ("application", ("redirect", "forward", "none")),
        ("network", ("forward", "none")),
        ("classic", ("forward", "none")),
    )
    for http in modes
    for certificate in (CERTIFICATE, REQUESTED)
    for more in ({}, {"cname_prefix": "shop-dev"})
]


def test_cfn_lint_finds_nothing_of_https_with_any_load_balancer(tmp_path: Path) -> None:
    files = []
    for number, given in enumerate(SECURED):
        path = tmp_path / "shop.yaml"
        path.write_text(configuration(given))
        configured = load([path], judge=accepted.judged)
        assert configured.warnings == ()
        [application] = configured.applications
        for stack, template in stacks.stacks(application, {"dev": key(b"")}):
            files.append(tmp_path / f"{number}-{stack.template}")
            files[-1].write_text(yaml.text(template, "config/shop.yaml"))
    found = linted(files).found.values()
    assert [one for findings in found for one in findings if not one.id.startswith("I")] == []
    assert len(files) == 2 * len(SECURED)


def batched(files: list[Path], size: int) -> list[list[Path]]:
    return [files[start : start + size] for start in range(0, len(files), size)]
