"""Ports of this machine for the ports of an instance."""

from __future__ import annotations

import socket

from beanstack.run.dockerrun import Port
from beanstack.run.ports import free_ports

HTTP, HTTPS = Port(80, "tcp"), Port(443, "tcp")


def test_all_numbers_differ() -> None:
    """80 would become 8080, which another container uses already."""
    others = [Port(8080, "tcp"), Port(8443, "tcp"), Port(8443, "udp")]
    found = free_ports([HTTP, HTTPS, *others], {})
    assert len(set(found.values())) == 5
    assert all(number >= 1024 for number in found.values())


def test_another_port_replaces_one_that_is_in_use() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        assert free_ports([Port(number, "tcp")], {})[Port(number, "tcp")] != number


def test_a_chosen_port_is_kept() -> None:
    assert free_ports([HTTP], {HTTP: 12345}) == {HTTP: 12345}
