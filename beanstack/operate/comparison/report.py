"""How a comparison is shown: as text, as JSON, and as Markdown for a pull request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from beanstack.eb.findings import printable
from beanstack.operate.comparison import source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from beanstack.operate.comparison.model import Change, Comparison, Danger

NOTHING, INVALID, DIFFERENT, DANGEROUS = range(4)  # exit statuses of `plan --detailed-exitcode`


def exit_status(comparison: Comparison) -> int:
    """Return the detailed exit status: 0 nothing to do, 1 a mistake in config/, 2 changes, 3 danger."""
    if is_invalid(comparison):
        return INVALID
    if comparison.dangers:
        return DANGEROUS
    return DIFFERENT if comparison.changes or comparison.bundle else NOTHING


def is_invalid(comparison: Comparison) -> bool:
    """Return whether config/ has mistakes, so that what it says is not known."""
    return any(danger.subject == source.INVALID for danger in comparison.of_kind("stale"))


def lines(comparison: Comparison) -> Iterator[tuple[str, str]]:
    """Yield each line with its severity, as `screen.COLOURS` knows them; the dangers first."""
    for danger in comparison.dangers:
        severity = "ERROR" if danger.action in ("refuse", "allow") else "WARN"
        for line in danger_lines(danger):
            yield severity, line
    for stack in comparison.stacks:
        changed = [line for change in comparison.changes if change.stack == stack for line in change_lines(change)]
        yield from (("INFO", line) for line in changed or [f"{stack}: no changes"])
    for title, found in sections(comparison):
        yield "INFO", f"{title}:"
        for line in found:
            yield "INFO", f"  {printable(line)}"


def danger_lines(danger: Danger) -> list[str]:
    """Return a danger's lines; all but the first are indented."""
    first, *more = f"{danger.key}: {danger.reason}".splitlines()
    return [printable(first), *(f"  {printable(line)}" for line in (*more, *danger.todo.splitlines()))]


def change_lines(change: Change) -> list[str]:
    """Return a change's lines; all but the first are indented."""
    what = f"{change.stack}: {change.action} {change.resource} ({change.type})"
    made = [f"{what}, interruption: {change.interruption}", *(f"  {detail}" for detail in change.details)]
    return [printable(line) for line in made]


def sections(comparison: Comparison) -> list[tuple[str, tuple[str, ...]]]:
    """Return what follows the changes, without what is empty."""
    found = [
        ("bundle", comparison.bundle),
        ("permissions", comparison.permissions),
        ("notes", comparison.notes),
        ("not checked", comparison.unchecked),
    ]
    return [(title, lines) for title, lines in found if lines]


def as_json(comparison: Comparison) -> str:
    """Return a comparison as JSON, its keys sorted."""
    found = {
        "dangers": [{**danger._asdict(), "key": danger.key, "action": danger.action} for danger in comparison.dangers],
        "changes": [change._asdict() for change in comparison.changes],
        "bundle": comparison.bundle,
        "permissions": comparison.permissions,
        "notes": comparison.notes,
        "unchecked": comparison.unchecked,
    }
    return json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True)


def as_markdown(title: str, comparison: Comparison) -> str:
    """Return a comparison as Markdown."""
    dangers = [(f"`{danger.key}`", danger.reason, danger.todo) for danger in comparison.dangers]
    changes = [
        (change.stack, change.action, change.resource, change.interruption, "\n".join(change.details))
        for change in comparison.changes
    ]
    made = [
        *(f"### {title}", ""),
        *table(("Danger", "Reason", "What to do"), dangers),
        *table(("Stack", "Action", "Resource", "Interruption", "What differs"), changes),
    ]
    for name, found in sections(comparison):
        made += [f"**{name.capitalize()}**", "", *(f"- {line.strip()}" for line in found), ""]
    if not dangers and not changes:
        made += ["No changes.", ""]
    return "\n".join(map(printable, made))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table and an empty line; nothing if it has no rows."""
    made = [f"| {' | '.join(map(cell, row))} |" for row in rows]
    return [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}", *made, ""] if made else []


def cell(text: str) -> str:
    """Return a text that stays in one cell of a table."""
    return text.replace("|", "\\|").replace("\n", "<br>")


def refusal(danger: Danger) -> str:
    """Return what `make stack` prints of a danger that stops it."""
    made = danger_lines(danger)
    if danger.action == "allow":
        made.append(printable(f'  To go on all the same: ALLOW="{danger.key}"'))
    return "\n".join(made)
