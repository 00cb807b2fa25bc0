"""The history of an environment, from its records."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from beanstack.eb.findings import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beanstack.operate.call import Call
    from beanstack.operate.record import Record

MOST = 20  # records; each is an object to read
HEADS = ("Began (UTC)", "What", "Result", "Commit", "Version", "Who")


def history(call: Call) -> int:
    """Show the environment's latest deployments and other operations, newest first."""
    from beanstack.operate import lock, record

    call.refuse_foreign()
    held = lock.holder(call.clients)
    found = list(islice(record.records(call.clients), MOST))
    for line in lines(found, held.key if held else ""):
        print(printable(line))
    if not found:
        print(f"nothing is recorded of {call.deployment.stack}")
    return 0


def lines(records: Iterable[Record], current: str) -> list[str]:
    """Return a line for each record, below a head; `current` is the key of the deployment that holds the lock."""
    rows = [HEADS, *(row(record, current) for record in records)]
    if len(rows) == 1:
        return []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def row(record: Record, current: str) -> tuple[str, ...]:
    """Return the cells of a record."""
    commit = record.commit[:12] or ("without git" if record.is_deployment else "-")
    if record.dirty:
        commit += ", changed"
    result = record.result
    if not record.ended and record.key != current:
        result = "interrupted"  # its lock has expired, and nobody has taken it since
    return f"{record.began:%Y-%m-%d %H:%M:%S}", record.verb, result, commit, record.version or "-", record.who
