"""The entry point in every sh that an image may have: variables, one migration, then the command and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beanstack.config.rules.variables import OF_SHELL
from tests.conftest import as_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    Word = str | bytes | Path

SCRIPT = Path(__file__).parents[1] / "templates/bin/entrypoint.sh"
# In some images sh is bash, which then keeps to POSIX.
CANDIDATES = (["sh"], ["dash"], ["busybox", "sh"], ["bash", "--posix"])
SHELLS = [[str(shutil.which(name)), *more] for name, *more in CANDIDATES if shutil.which(name)]
OWN_VARIABLES = {b"PWD", b"OLDPWD", b"SHLVL", b"_"}  # a shell sets them for itself
BUSYBOX_PATH = (b"PATH", b"/sbin:/usr/sbin:/bin:/usr/bin")  # where there is none
PATH = os.environ["PATH"]
PRINTF, ENV, TRUE = (str(shutil.which(name)) for name in ("printf", "env", "true"))
MARK = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/web:1#0123456789ab"
HOSTILE = [
    "two  words ",
    " ",
    "it's",
    'say "hi"',
    "$HOME ${HOME} $(id) `id`",
    "a\\b\\\\n\\",
    "# no comment",
    "a=b=c",
    "100% %s %n",
    "!",
    "(",
    "-n",
    "--",
    "* ? [a-z] ~",
    "; exit 1 & | < >",
    "line\nend\n\n",
    "\ttab\r",
    "grüße 日本語 😀",
]
WORDS = [*HOSTILE, "", "--migrate", "--variable", "-", "", "-e", "--"]
values = st.binary(min_size=1).filter(lambda value: b"\0" not in value)
in_every_shell = pytest.mark.parametrize("shell", SHELLS, ids=" ".join)


def run(
    shell: list[str], *words: Word, env: Mapping[str, str | bytes] = {"PATH": PATH}, **more: Any
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*shell, SCRIPT, *words], env=env, capture_output=True, check=False, timeout=20, **more)


def environment(done: subprocess.CompletedProcess[bytes]) -> dict[bytes, bytes]:
    """Return what `env -0` printed, without the variables that are the shell's own."""
    assert done.returncode == 0, done.stderr
    pairs = [line.partition(b"=") for line in done.stdout.split(b"\0")[:-1]]
    found = {(name, value) for name, _, value in pairs if name not in OWN_VARIABLES}
    return dict(found - {BUSYBOX_PATH})


class Pending:
    """A folder with a migration's mark, and a migration that writes down the words that it got."""

    def __init__(self, root: Path) -> None:
        self.folder, self.log, self.program = root / "pending", root / "log", root / "migrate.sh"
        self.folder.mkdir()
        self.program.write_text('printf "%s\\0" "$@" END >>"$LOG"; exit "${STATUS:-0}"\n')

    @property
    def mark(self) -> Path:
        return self.folder / "migration"

    def set_mark(self, migration: str = MARK) -> None:
        self.mark.write_text(f"{migration}\n")

    def start(self, shell: list[str], *words: str, status: int = 0, **more: Any) -> subprocess.CompletedProcess[bytes]:
        """Start a container that migrates; its command says `started`."""
        migration = ["/bin/sh", str(self.program), *words]
        option = ["--migrate", str(self.folder), MARK, str(len(migration)), *migration]
        env = {"PATH": PATH, "LOG": str(self.log), "STATUS": str(status)}
        return run(shell, *option, "--", PRINTF, "started", env=env, **more)

    @property
    def runs(self) -> list[str]:
        return self.log.read_bytes().decode().split("END\0")[:-1] if self.log.exists() else []


@pytest.fixture
def pending(tmp_path: Path) -> Pending:
    return Pending(tmp_path)


@pytest.mark.skipif(not shutil.which("bash"), reason="bash keeps most of them")
def test_every_name_that_a_configuration_may_not_use_is_lost_in_some_shell() -> None:
    """As a database variable or as one that the container has."""
    kept = {}
    for name in sorted(OF_SHELL):
        given = {"PATH": PATH, "RDS_HOSTNAME": "db.example"}
        as_variable = [run(shell, "--variable", f"{name}=RDS_HOSTNAME", "--", ENV, env=given) for shell in SHELLS]
        as_it_is = [run(shell, "--", ENV, env={"PATH": PATH, name: "db.example"}) for shell in SHELLS]
        kept[name] = all(f"{name}=db.example".encode() in done.stdout for done in (*as_variable, *as_it_is))
    assert [name for name, is_kept in kept.items() if is_kept] == []


@in_every_shell
@pytest.mark.parametrize("source", ["RDS_HOSTNAME", "RDS_PORT", "RDS_DB_NAME", "RDS_USERNAME", "RDS_PASSWORD"])
def test_each_variable_is_set_from_its_source(shell: list[str], source: str) -> None:
    given = {"PATH": PATH, source: "it's $x"}
    done = run(shell, "--variable", f"DB={source}", "--", ENV, "-0", env=given)
    assert environment(done) == {b"PATH": PATH.encode(), source.encode(): b"it's $x", b"DB": b"it's $x"}


@in_every_shell
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_arrives_byte_for_byte(shell: list[str], value: str) -> None:
    done = run(
        shell, "--variable", "A=RDS_PASSWORD", "--", ENV, "-0", env=dict.fromkeys(("RDS_PASSWORD", "B"), value.encode())
    )
    assert environment(done) == {name: value.encode() for name in (b"RDS_PASSWORD", b"A", b"B")}


@given(values)
def test_any_value_arrives_byte_for_byte(value: bytes) -> None:
    for shell in SHELLS:
        words = ("--variable", "A=RDS_PASSWORD", "--variable", "PATH=RDS_HOSTNAME", "--", ENV, "-0")
        done = run(shell, *words, env={"RDS_PASSWORD": value, "RDS_HOSTNAME": b"b", "B": value})
        expected = {b"RDS_PASSWORD": value, b"A": value, b"B": value, b"RDS_HOSTNAME": b"b", b"PATH": b"b"}
        assert environment(done) == expected


@in_every_shell
def test_the_commands_environment_is_otherwise_unchanged(shell: list[str], pending: Pending) -> None:
    names = ("value", "count", "folder", "path", "name", "rest", "migration", "x", "ENV", "HOME", "PATH", "EMPTY")
    given = {name: f"own {name}" for name in names} | {"EMPTY": "", "A": "old", "RDS_PORT": "3306"}
    pending.set_mark()
    words = ("--variable", "A=RDS_PORT", "--migrate", pending.folder, MARK, "1", TRUE, "--", ENV, "-0")
    done = run(shell, *words, env=given)
    assert environment(done) == {key.encode(): value.encode() for key, value in (given | {"A": "3306"}).items()}
    assert not pending.mark.exists()


@in_every_shell
@pytest.mark.parametrize("given", [{}, {"RDS_PORT": ""}])
def test_a_missing_variable_is_named_and_nothing_starts(shell: list[str], given: dict[str, str]) -> None:
    words = ("--variable", "DB_HOST=RDS_HOSTNAME", "--variable", "DB_PORT=RDS_PORT", "--", PRINTF, "started")
    done = run(shell, *words, env={"RDS_HOSTNAME": "db", **given})
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"entrypoint: RDS_PORT is missing, so DB_PORT cannot be set")


@in_every_shell
def test_a_marked_migration_runs_once_before_the_command(shell: list[str], pending: Pending) -> None:
    pending.set_mark()
    outputs = [pending.start(shell, "now") for _ in range(3)]
    assert [(done.returncode, done.stdout) for done in outputs] == [(0, b"started")] * 3
    assert pending.runs == ["now\0"]
    assert not pending.mark.exists()
    assert [done.stderr.decode() for done in outputs] == [f"entrypoint: migrating for {MARK}\n", "", ""]


@in_every_shell
@pytest.mark.parametrize("mark", [None, "team/web:1", f"{MARK}0", "", f"{MARK[:-1]}\\b", MARK.replace("#0", "#1")])
def test_the_mark_of_another_image_or_other_words_or_none_starts_no_migration(
    shell: list[str], pending: Pending, mark: str | None
) -> None:
    if mark is not None:
        pending.set_mark(mark)
    done = pending.start(shell, "now")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"started", b"")
    assert not pending.runs
    assert pending.mark.exists() == (mark is not None)


@in_every_shell
@pytest.mark.parametrize("status", [1, 127, 255])
def test_a_failed_migration_stops_the_start_and_is_tried_again(shell: list[str], pending: Pending, status: int) -> None:
    pending.set_mark()
    for _ in range(2):
        done = pending.start(shell, "now", status=status)
        assert (done.returncode, done.stdout) == (1, b"")
        assert f"the migration failed with exit status {status};".encode() in done.stderr
        assert pending.mark.read_text() == f"{MARK}\n"
    assert pending.start(shell, "now").stdout == b"started"
    assert pending.runs == ["now\0"] * 3
    assert not pending.mark.exists()


@in_every_shell
def test_a_migration_whose_command_does_not_exist_has_failed(shell: list[str], pending: Pending) -> None:
    pending.set_mark()
    done = run(shell, "--migrate", pending.folder, MARK, "1", "/no/such/program", "--", PRINTF, "started")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"the migration failed with exit status 127;" in done.stderr
    assert pending.mark.exists()


@in_every_shell
def test_all_words_of_migration_and_command_arrive_unchanged(shell: list[str], pending: Pending) -> None:
    pending.set_mark()
    assert pending.start(shell, *map(as_name, WORDS)).returncode == 0
    assert pending.runs == ["".join(f"{word}\0" for word in WORDS)]
    pending.set_mark()
    option = ("--migrate", pending.folder, MARK, "1", "true")
    done = run(shell, *option, "--", PRINTF, "%s\\0", *map(as_name, WORDS))
    assert done.stdout.decode().split("\0") == [*WORDS, ""]


@given(st.lists(values | st.just(b""), min_size=1))
@settings(max_examples=50)
def test_any_words_arrive_unchanged(words: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for shell in SHELLS:
            Path(folder, "migration").write_text(f"{MARK}\n")
            option: list[Word] = ["--migrate", folder, MARK, str(len(words) + 2), PRINTF, "%s\\0", *words]
            done = run(shell, *option, "--", PRINTF, "%s\\0", *words)
            assert done.stdout.split(b"\0") == [*words, *words, b""]


@in_every_shell
def test_the_images_own_entry_point_comes_before_the_command(shell: list[str]) -> None:
    """ECS puts a container's command behind its entry point, of which the image's is the last part."""
    assert run(shell, "--", PRINTF, "<%s>", "serve", "--", "").stdout == b"<serve><--><>"


@in_every_shell
def test_the_command_replaces_the_script(shell: list[str]) -> None:
    words = [*shell, str(SCRIPT), "--", "sh", "-c", 'echo "$$"; cat; exit 7']
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        output, _ = process.communicate(b"input")
        assert output.decode() == f"{process.pid}\ninput"
    assert process.returncode == 7


@in_every_shell
@pytest.mark.parametrize(
    "words",
    [[], ["--"], ["serve"], [""], ["--variable", "A=RDS_PORT"], ["-x", "--"], ["--variable", "A=PATH", "--", "true"]],
)
def test_a_line_that_makes_no_sense_is_an_error(shell: list[str], words: list[str]) -> None:
    done = run(shell, *words, env={"RDS_PORT": "1", "PATH": PATH})
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"entrypoint: ")


@in_every_shell
@pytest.mark.parametrize("mode", [None, 0o000, 0o400, 0o600, 0o500])
def test_a_pending_folder_that_the_user_cannot_use_is_an_error(shell: list[str], mode: int | None) -> None:
    with tempfile.TemporaryDirectory() as root:  # open to a user who is not root, for whom modes count
        Path(root).chmod(0o755)
        script = shutil.copy(SCRIPT, root)
        folder = Path(root, "pending")
        if mode is not None:
            folder.mkdir(mode)
        words: list[Word] = [*shell, script, "--migrate", folder, MARK, "1", "true", "--", PRINTF, "started"]
        user = None if os.getuid() else 65534
        done = subprocess.run(words, user=user, cwd=root, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"pending is not this user's, so no migration can be seen" in done.stderr
