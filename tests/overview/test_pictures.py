"""Every picture as Mermaid draws it in a browser, with hostile labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack.config import load
from beanstack.overview.markdown import label
from tests.conftest import FIXTURE, PROJECT
from tests.overview.browser import Rendered, needs_a_browser, render
from tests.overview.conftest import page, pictures

if TYPE_CHECKING:
    from collections.abc import Callable

    from beanstack.config import Application
    from tests.conftest import Configured

    Render = Callable[..., list[Rendered]]

pytestmark = needs_a_browser
HOSTILE = [
    'a"]-->b["c',
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "#quot; #35; &lt; &#60;",
    '%%{init: {"theme": "dark"}}%%',
    "; end",
    "`**bold** _x_ $$y^2$$`",
    "\\n",
    "fa:fa-car",
    "1. item",
    "@{ shape: rect }",
    "end",
    "日本語 ünïcode",
]
RICH = """\
key_pair: 'a"]; click'
options:
  aws:elbv2:listener:443: {Protocol: HTTPS, SSLCertificateArns: "arn:aws:acm:eu-west-1:123456789012:certificate/a"}
  aws:elasticbeanstalk:application:environmentsecrets:
    TOKEN: arn:aws:ssm:eu-west-1:123456789012:parameter/shop/token
execution_role_arn: arn:aws:iam::123456789012:role/pull
volumes:
  logs: {host_path: '/var/log/a"|b$$c\\n'}
containers:
  web:
    links: [worker]
    mounts: ["logs:/logs:ro"]
    secrets: {KEY: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop-AbCdEf"}
  worker: {image: "fa:fa-car", memory: 64, essential: false, ports: ["9000:9000", "9001:9001/udp"]}
database: {engine: postgres}
"""


@pytest.fixture
def rendered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Render:
    """Return a function that renders pictures; Mermaid's script is kept between runs."""

    def render_all(*texts: str) -> list[Rendered]:
        return render(texts, request.config.cache.mkdir("mermaid"), tmp_path_factory.mktemp("browser"))

    return render_all


def drawn(picture: Rendered) -> list[str]:
    """Return a picture's labels, without the spaces that have no width."""
    assert "error" not in picture
    return [text.replace("\u200b", "") for text in [*picture["nodes"], *picture["edges"]]]


def in_all_environments(application: Application) -> list[str]:
    found = pictures(page(application))
    assert len(found) == len(application.environments)
    return found


def test_the_pictures_of_every_configuration_are_drawn(rendered: Render) -> None:
    configs = [FIXTURE, *sorted((PROJECT / "config").glob("*.yaml"))]
    texts = [text for path in configs for text in in_all_environments(load([path]).applications[0])]
    for picture in rendered(*texts):
        assert {"Internet", "Application Load Balancer"} <= {*drawn(picture)}


def test_a_picture_shows_who_reaches_what(shop: Configured, rendered: Render) -> None:
    [picture] = rendered(*in_all_environments(shop(RICH)))
    assert {*drawn(picture)} == {
        "Internet",
        "Application Load Balancer",
        "HTTP 80, HTTPS 443",
        "1 to 4 instances, t3.micro",
        "80 to 80",
        "web\nnginx:1.27",
        "worker\nfa:fa-car\nport 9000:9000\nport 9001:9001/udp\nnot essential",
        "link",
        'logs\n/var/log/a"|b$$c\\n',
        "/logs, read only",
        'Holders of the key pair\na"]; click',
        "SSH 22",
        "Database ebdb\npostgres 17.11, db.t3.micro",
        "5432",
        "Secret DatabasePassword",
        "master password",
        "Secret\nparameter/shop/token",
        "TOKEN",
        "Secret\nshop-AbCdEf",
        "KEY",
    }


def test_pictures_of_all_load_balancers_are_drawn(shop: Configured, rendered: Render) -> None:
    types = ("application", "network", "classic", "none")
    texts = [text for name in types for text in in_all_environments(shop(f"load_balancer: {{type: {name}}}"))]
    shown = [[text for text in drawn(picture) if "Balancer" in text] for picture in rendered(*texts)]
    assert shown == [[f"{name} Load Balancer"] for name in ("Application", "Network", "Classic")] + [[]]


def test_a_hostile_label_is_drawn_as_it_is(rendered: Render) -> None:
    texts = [
        f"flowchart LR\n  subgraph g[{label(text)}]\n"
        f"  a[{label(text, 'x')}] -->|{label(text)}| b[({label(text)})]\n  end"
        for text in HOSTILE
    ]
    for text, picture in zip(HOSTILE, rendered(*texts), strict=True):
        assert sorted(drawn(picture)) == sorted([text, f"{text}\nx", text, text])


def test_a_broken_picture_is_reported(rendered: Render) -> None:
    broken, whole = rendered("flowchart LR\n  a[", 'flowchart LR\n  a["x"]')
    assert "Parse error on line" in broken["error"]
    assert whole["nodes"] == ["x"]
