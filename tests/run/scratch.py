"""An instance on a scratch root: the product's own steps of a deployment, on real paths, in a mount namespace."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beanstack.archive import mode
from beanstack.run import instance
from beanstack.run.dockerrun import Dockerrun
from beanstack.run.ebextensions import extensions
from beanstack.run.hooks import hooks
from tests.conftest import fixture_bundle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Bundle = dict[str, bytes]
RDS = {
    "RDS_HOSTNAME": "db.example",
    "RDS_PORT": "3306",
    "RDS_USERNAME": "ebroot",
    "RDS_PASSWORD": "it's $a \\ # = %",
    "RDS_DB_NAME": "ebdb",
}
PROGRAMS = "/var/programs"
RECORD = """\
#!/bin/sh
{ printf '%s\\0' "${0##*/}" "$@"; printf '\\036'
  env -0 | grep -z '^MYSQL_' | sort -z; printf '\\035'; } >>/var/record/calls
if [ -e /var/record/fail ] && [ "${0##*/}" = python3 ]; then exit 3; fi
"""
# As root, or as a user who has a range of users to give files to.
ENTER = ["unshare", "--mount", *([] if os.getuid() == 0 else ["--map-root-user", "--map-auto"])]
# /var is the instance's, and so is /etc, in whose files a host command adds a user to a group.
MOUNTS = 'mount --rbind "$1/var" /var && mount --bind "$1/etc" /etc'


@dataclass
class Namespace:
    """The file system of an instance below a folder. `prelude` is a line of shell that changes it first, as root."""

    root: Path
    prelude: str = "true"
    ran: list[Sequence[str]] = field(default_factory=list)

    def run(self, words: Sequence[str], cwd: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a program as root with exactly these variables."""
        self.ran.append(words)
        return self.enter(words, cwd, env, self.prelude)

    def enter(
        self, words: Sequence[str], cwd: str, env: Mapping[str, str], *lines: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a program after some lines of shell, the first of them before the instance's folders are mounted."""
        before, *behind = lines
        script = " && ".join((before, MOUNTS, *behind, 'cd "$2"', "shift 2", 'exec env -i "$@"'))
        variables = [f"{name}={value}" for name, value in env.items()]
        command = [*ENTER, "sh", "-c", script, "sh", str(self.root), cwd, *variables, *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


class Instance:
    """One instance of an environment."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.host = Namespace(root)
        self.notices: list[str] = []
        shutil.copytree("/etc", root / "etc", symlinks=True, ignore_dangling_symlinks=True)
        # The instance's own users and groups: this machine's may have a group docker of another number.
        (root / "etc/group").write_text("root:x:0:\ndocker:x:990:\nec2-user:x:1000:\n")
        (root / "etc/passwd").write_text(
            "root:x:0:0:root:/root:/bin/bash\nec2-user:x:1000:1000::/home/ec2-user:/bin/bash\n"
        )
        for name in ("python3", "uwsgi"):
            program = root / PROGRAMS.strip("/") / name
            program.parent.mkdir(parents=True, exist_ok=True)
            program.write_text(RECORD)
            program.chmod(0o755)
        self.record.mkdir()
        self.record.chmod(0o777)

    @property
    def record(self) -> Path:
        return self.root / "var/record"

    @property
    def pending(self) -> Path:
        return self.root / "var/app-data/todobackend/beanstack-pending"

    def stage(
        self, *, leader: bool = False, bundle: Bundle | None = None, properties: Mapping[str, str] | None = None
    ) -> None:
        """Perform the part of a deployment in which the old containers still run; raise RunError if a command fails."""
        files = bundle or bundled()
        folder = self.root / instance.BUNDLE.strip("/")
        shutil.rmtree(folder, ignore_errors=True)
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
            (folder / path).chmod(mode(path, content))
        found = hooks(files, "hooks")
        instance.stage(self.host, extensions(files), found, properties or {}, self.notices.append, leader=leader)

    def deploy(self, *, leader: bool = False, bundle: Bundle | None = None) -> None:
        """Do what EB does before it starts the containers."""
        self.stage(leader=leader, bundle=bundle)
        instance.flip(self.host)

    def start(
        self, *, bundle: Bundle | None = None, properties: Mapping[str, str] = RDS
    ) -> subprocess.CompletedProcess[str]:
        """Start the migrating container as ECS does, with its mounts, user, entry point and command."""
        dockerrun = Dockerrun(bundle or bundled())
        container = dockerrun.containers["todobackend"]
        lines = ["mount -t tmpfs tmpfs /opt", "mkdir /opt/public"]
        for mount in dockerrun.mounts("todobackend"):
            target = mount.target if mount.target.startswith("/opt/") else f"/opt{mount.target}"
            lines.append(f"mkdir -p {target} && mount --bind {mount.source} {target}")
            lines += [f"mount -o remount,ro,bind {target}"] if mount.read_only else []
        variables = {"PATH": f"{PROGRAMS}:/usr/bin:/bin", **properties}
        variables |= {variable["name"]: variable["value"] for variable in container["environment"]}
        user = container["user"]
        words = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        return self.host.enter(
            [*words, *container["entryPoint"], *container["command"]], "/", variables, "true", *lines
        )

    def calls(self) -> list[tuple[list[str], dict[str, str]]]:
        """Return the calls of the stubs of python3 and uwsgi since the last time: words and MYSQL variables."""
        file = self.record / "calls"
        text = file.read_text("utf-8") if file.exists() else ""
        file.unlink(missing_ok=True)
        found = [call.split("\036") for call in text.split("\035")[:-1]]
        return [
            (words.split("\0")[:-1], dict(pair.partition("=")[::2] for pair in variables.split("\0")[:-1]))
            for words, variables in found
        ]

    def ran(self) -> list[list[str]]:
        """Return only the words of the calls."""
        return [words for words, _ in self.calls()]


def bundled(tag: str = "1.0.0", words: str = "") -> Bundle:
    """Return the fixture's bundle with an image of this tag; `words` alters the migration command."""
    altered = f":{tag}#{words}".encode()
    return {
        path: content.replace(b":1.0.0#", altered).replace(b":1.0.0", f":{tag}".encode())
        for path, content in fixture_bundle().items()
    }
