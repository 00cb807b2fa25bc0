"""Ports of this machine for an instance's."""

from __future__ import annotations

import socket

from beanstack.run.dockerrun import Port
from beanstack.run.ports import free_ports

HTTP, HTTPS = Port(80, "tcp"), Port(443, "tcp")


def test_no_number_is_given_twice() -> None:
    """80 would move to 8080, which another container has already."""
    others = [Port(8080, "tcp"), Port(8443, "tcp"), Port(8443, "udp")]
    found = free_ports([HTTP, HTTPS, *others], {})
    assert len(set(found.values())) == 5
    assert all(number >= 1024 for number in found.values())


def test_a_port_that_is_taken_moves() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        assert free_ports([Port(number, "tcp")], {})[Port(number, "tcp")] != number


def test_a_port_that_is_chosen_stays() -> None:
    assert free_ports([HTTP], {HTTP: 12345}) == {HTTP: 12345}
