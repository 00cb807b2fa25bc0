"""The commands that show or judge the effect of a deployment by one comparison: plan, preflight and status.

Modules that need botocore, rich or yaml are imported by the commands that use them: a recipe that does not wait for AWS
should not wait for Python either.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from beanstack.eb.findings import printable
from beanstack.eb.images import NOT_BUILT
from beanstack.operate import deploying
from beanstack.operate.guard import refuse_large

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beanstack.operate.call import Call
    from beanstack.operate.comparison.model import Comparison
    from beanstack.operate.comparison.observed import Observed


@deploying.step(failure="refused", interruption="refused")
def preflight(call: Call) -> int:
    """Check what is about to be deployed: account, sizes, what EB accepts, and what a deployment would lose."""
    from beanstack.operate.busy import wait_until_free
    from beanstack.operate.linting import linting

    call.refuse_other_account()
    templates = [call.path(stack) for stack in call.deployment.stacks]
    refuse_large(templates)
    wait_until_free(call.clients, partial(print, flush=True), call.options.timeout, call.make)
    with linting(templates) as lint:
        try:
            observed, found = compared(call)
            linted = lint.wait()
        except BaseException:  # Ctrl-C as well
            lint.kill()
            raise
    note(call, observed)
    return 1 if report_dangers(call, found) or linted else 0


def note(call: Call, observed: Observed) -> None:
    """Record the deployed images and the leftover options for the last step of a deployment."""
    from beanstack.operate import leftovers

    if deploying.noted(call) is not None:  # None if the verb was called by hand
        deploying.note(call, images=observed.images, leftovers=leftovers.of(observed))


def report_dangers(call: Call, found: Comparison) -> bool:
    """Print a deployment's dangers and what was not checked, and return whether the dangers stop it."""
    from beanstack.operate.comparison.allow import refused
    from beanstack.operate.comparison.report import lines, refusal

    stopping = refused(found.dangers, call.options.allow)
    for severity, line in lines(found._replace(stacks=(), bundle=(), permissions=())):
        if severity != "ERROR":
            print(line)
    if stopping:
        print(*map(refusal, stopping), "Nothing was deployed.", sep="\n", file=sys.stderr)
    return bool(stopping)


def compared(call: Call) -> tuple[Observed, Comparison]:
    """Return what there is, and what deploying would change and risk."""
    from beanstack.operate import leftovers
    from beanstack.operate.comparison import compare
    from beanstack.operate.comparison.observe import observe

    observed = observe(call.clients, call.options.project, call.source if call.options.rollback else None)
    found = compare(observed, call.make)
    left = leftovers.of(observed)
    if left and not call.options.remove_leftovers:
        how = f"To make EB forget what the template no longer sets: {leftovers.removal(call, left)}"
        found = found._replace(notes=(*found.notes, how))
    return observed, in_working_tree(found) if call.options.local else found


def in_working_tree(found: Comparison) -> Comparison:
    """Return a comparison of a local run, which deploys the working tree whatever git has."""
    others = tuple(danger for danger in found.dangers if danger.kind not in ("uncommitted", NOT_BUILT))
    notes = found.notes
    if found.of_kind("uncommitted"):
        notes = (*notes, "this working tree is deployed, not a commit")
    if found.of_kind(NOT_BUILT):
        notes = (*notes, "images that are not pinned yet are built on this machine")
    return found._replace(dangers=others, notes=notes)


def plan(call: Call) -> int:
    """Show what deploying would change and risk, and change nothing."""
    from beanstack.operate.comparison.report import as_json, as_markdown, exit_status, lines
    from beanstack.operate.given import give
    from beanstack.operate.screen import COLOURS, console

    give(call)
    refuse_large(call.path(needed) for needed in call.deployment.stacks)
    _, found = compared(call)
    if call.options.format == "json":
        print(as_json(found))
    elif call.options.format == "markdown":
        print(as_markdown(call.stack, found))
    else:
        screen = console()
        show_holder(call)
        for severity, line in lines(found):
            screen.print(line, style=COLOURS.get(severity))
    if call.options.detailed_exitcode:
        return exit_status(found)
    return 1 if any(danger.action == "refuse" for danger in found.dangers) else 0


def status(call: Call) -> int:
    """Show how the environment is, and whether it runs what is committed; with ENV=all, every one that is deployed."""
    from beanstack.operate.comparison.report import lines
    from beanstack.operate.deployed import ALL
    from beanstack.operate.status import rows

    if call.options.env == ALL:
        return status_of_all(call)
    if not call.template.is_file():
        return status_without_config(call)
    show_holder(call)
    observed, found = compared(call)
    if not observed.own.exists:
        print(call.no_stack)
        return 1
    if not found.of_kind("foreign"):
        show(rows(call.clients, observed, found, call.make))
    for _, line in lines(found._replace(stacks=(), bundle=(), permissions=())):
        print(line)
    return 1 if found.of_kind("foreign", "gone") else 0


def show_holder(call: Call) -> None:
    """Show who deploys to the environment, or who has locked it."""
    from beanstack.operate.lock import holder

    found = holder(call.clients)
    if found:
        print(f"{call.deployment.stack}: {printable(str(found))}")


def show(rows: Iterable[tuple[str, str]]) -> None:
    """Print rows of a status."""
    for key, value in rows:
        print(f"{key + ':':<13}{printable(value)}")


def status_without_config(call: Call) -> int:
    """Show an environment that config/ no longer has, as far as its stack describes it."""
    from beanstack.operate.status import live_rows

    call.refuse_foreign()
    show(live_rows(call.clients))
    show([("Config", f"config/ no longer has {call.environment}; `make destroy {call.make}` deletes its stack")])
    return 0


def status_of_all(call: Call) -> int:
    """Show each environment of the application that is deployed, in the Regions that the committed templates name."""
    from beanstack.operate.deployed import every

    found = list(every(call.options.project, call.application, call.endpoint))
    for one in found:
        where = "" if one.is_configured else ", which config/ no longer has"
        print(f"{one.stack} in {one.region}: {one.status}, bundle {one.bundle_key[:12]}{where}")
    if not found:
        print(f"{call.application} has no environment that is deployed")
    return 0 if found else 1
