"""An earlier deployment that is deployed again: which one it is, and its files as git has them.

Nothing is generated anew. Templates and bundle are the committed bytes, compared with the hashes in the record of that
deployment, so what is deployed is what was reviewed and has run.
"""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

from beanstack.archive import archive, key
from beanstack.operate import git
from beanstack.operate.committed import described
from beanstack.operate.errors import DeploymentError
from beanstack.operate.record import DEPLOYED, RUNS, Record
from beanstack.operate.restored import Restored

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from beanstack.deployment import Deployment

MOST = 10  # commits that are named in a line


def choose(found: Iterable[Record], own: Collection[str], commit: str = "") -> tuple[Record, Record]:
    """Return the record of the deployment that runs, and of the one to go back to.

    `found` are the records, newest first, and `own` the names of the environment's own stacks. Without a commit it is
    the last good deployment before the one that runs. A deployment that an earlier rollback has left is not gone back
    to, so a second rollback goes further back. Raises DeploymentError.
    """
    records = list(found)
    running = next((one for one in records if one.result in RUNS), None)
    if running is None:
        raise DeploymentError("no deployment of this environment is recorded, so there is nothing to go back to")
    good = [one for one in records if one.result == DEPLOYED and one.commit and not one.dirty]
    if commit:
        wanted = [one for one in good if one.commit == commit]
    else:
        first = max(number for number, one in enumerate(records) if is_same(one, running, own))
        wanted = [one for one in good if one in records[first + 1 :]]
    if not wanted:
        which = f"good deployment of {commit[:12]}" if commit else "good deployment before the one that runs"
        raise DeploymentError(f"no {which} is recorded, whose files were committed; `make history` shows all")
    return running, wanted[0]


def is_same(one: Record, other: Record, own: Collection[str]) -> bool:
    """Return whether two deployments had the same bundle and the same templates of the environment's own stacks."""
    templates = [{name: record.templates.get(name) for name in own} for record in (one, other)]
    return one.bundle == other.bundle and templates[0] == templates[1]


def restore(project: Path, folder: Path, wanted: Record, replaced: Record, now: Deployment) -> Deployment:
    """Write the files of an earlier deployment into a folder, and return that deployment.

    `now` is what the working tree would deploy, in the same place. Raises DeploymentError if git does not have exactly
    what was deployed then.
    """
    commit, name = wanted.commit, now.application
    path = f"output/{name}/{now.environment}.yaml"
    content = committed(project, commit, path)
    earlier = described(folder / path, content.decode("utf-8", "replace"))
    if (earlier.stack, earlier.region) != (now.stack, now.region) or earlier.account not in ("", now.account):
        raise DeploymentError(f"in {commit[:12]} the environment was deployed elsewhere, as {earlier.stack}")
    made = {}
    for stack in earlier.own:
        path = f"output/{name}/{stack.template}"
        made[path] = committed(project, commit, path)
        if hashlib.sha256(made[path]).hexdigest() != wanted.templates.get(stack.name):
            raise DeploymentError(f"{path} of {commit[:12]} is not what was deployed then; nothing was done")
    bundle = git.files(project, commit, f"bundle/{name}/{now.environment}")
    above = f"bundle/{name}/{now.environment}/"
    zipped = key(archive({file.removeprefix(above): bytes_ for file, bytes_ in bundle.items()}))
    if not zipped == earlier.bundle_key == wanted.bundle:
        raise DeploymentError(f"{above} of {commit[:12]} is not what was deployed then; nothing was done")
    write(folder, {**made, **bundle}, Restored(commit, replaced.commit, wanted.images))
    return earlier


def committed(project: Path, commit: str, path: str) -> bytes:
    """Return a file as a commit has it. Raises DeploymentError."""
    found = git.file(project, commit, path)
    if found is None:
        reason = f"git has no {path} of the commit {commit[:12]}; `git fetch` it, or choose another with TO="
        raise DeploymentError(reason)
    return found


def write(folder: Path, files: dict[str, bytes], restored: Restored) -> None:
    """Write what is deployed again into a folder, which holds nothing else afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    restored.write(folder)


def commits_to_revert(project: Path, deployment: Deployment, restored: Restored) -> list[str]:
    """Return the commits between the two that change what the environment deploys, newest first."""
    if not restored.replaced:
        return []
    own = [f"output/{deployment.application}/{stack.template}" for stack in deployment.own]
    paths = [*own, f"bundle/{deployment.application}/{deployment.environment}"]
    return git.commits(project, restored.commit, restored.replaced, paths)


def lasting(commits: Sequence[str], make: str) -> str:
    """Return how a rollback outlives the next `make stack`; `make` is how the user calls make."""
    if not commits:
        return f"No commit is known to revert. Correct config/ before the next `make stack {make}`."
    words = " ".join(commits[:MOST])
    if len(commits) > MOST:
        words = f"{commits[-1]}^..{commits[0]}"
    return f"The next `make stack {make}` would undo the rollback. `git revert {words}` makes it last."
