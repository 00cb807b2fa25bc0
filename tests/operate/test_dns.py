"""Records that are set by hand: shown by `make status`, and where a smoke test may fail without them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from beanstack.deployment import Deployment, usual_stacks
from beanstack.operate import status, why
from beanstack.operate.address import records_by_hand
from beanstack.operate.health import SMOKE_TEST, State, Unhealthy

OUTPUTS = {
    "URL": "https://shop.example.com",
    "DnsRecord": "shop.example.com CNAME one.elb.amazonaws.com",
    "DnsRecord2": "www.example.com CNAME one.elb.amazonaws.com",
}
DEPLOYMENT = Deployment(
    "shop", "dev", "shop-dev", "eu-west-1", "", "", "", "", "", usual_stacks("shop", "dev", "shop-dev")
)


def clients() -> Any:
    """Return clients of an environment in good health whose stack has these outputs."""
    found = [{"OutputKey": key, "OutputValue": value} for key, value in OUTPUTS.items()]
    described = {"Stacks": [{"StackStatus": "CREATE_COMPLETE", "Outputs": found}]}
    environment = {"Status": "Ready", "HealthStatus": "Ok", "VersionLabel": "1", "EndpointURL": "one.elb.amazonaws.com"}
    return SimpleNamespace(
        deployment=DEPLOYMENT,
        endpoint=None,
        cloudformation=SimpleNamespace(
            describe_stacks=lambda **_: described,
            get_paginator=lambda _: SimpleNamespace(paginate=lambda **_: []),
        ),
        beanstalk=SimpleNamespace(
            describe_environments=lambda **_: {"Environments": [environment]},
            describe_events=lambda **_: {"Events": []},
        ),
    )


def test_the_records_are_found_among_the_outputs() -> None:
    assert records_by_hand(OUTPUTS) == [OUTPUTS["DnsRecord"], OUTPUTS["DnsRecord2"]]
    assert records_by_hand({"URL": "http://one"}) == []


def test_status_shows_them_behind_the_url() -> None:
    rows = [*status.live_rows(clients())]
    assert rows[-3:] == [
        ("URL", "https://shop.example.com"),
        ("DNS", "by hand: shop.example.com CNAME one.elb.amazonaws.com"),
        ("DNS", "by hand: www.example.com CNAME one.elb.amazonaws.com"),
    ]


def test_a_failed_smoke_test_names_them(monkeypatch: Any) -> None:
    monkeypatch.setattr(why, "printed", lambda _: [])
    failed = Unhealthy(State("Ready", "Ok", "1"), "1", ("GET / is not answered: Name not known",), SMOKE_TEST)
    lines = [*why.why_not_healthy(clients(), failed, "APP=shop ENV=dev", "stack APP=shop ENV=dev")]
    assert "  DNS, to be set by hand: shop.example.com CNAME one.elb.amazonaws.com" in lines
    other = failed._replace(failed="")
    assert not [line for line in why.why_not_healthy(clients(), other, "", "") if "by hand" in line]
