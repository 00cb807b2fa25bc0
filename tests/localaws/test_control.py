"""Starting, finding and stopping the server, and the restrictions on it."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import PROJECT, SERVER_PYTHON, LocalAWS, run_control

if TYPE_CHECKING:
    from collections.abc import Iterator


def start(state: Path, python: Path | str = SERVER_PYTHON) -> subprocess.CompletedProcess[str]:
    return run_control("start", "--state", state, "--server-python", python)


def health(port: int) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_localaws/health", timeout=5) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """Return a folder, and stop its server, if any, at the end."""
    folder = tmp_path / "state"
    yield folder
    run_control("stop", "--state", folder)


def test_start_prints_the_url_and_stop_ends_the_server(state: Path) -> None:
    started = start(state)
    port = int((state / "port").read_text())
    assert started.stdout == f"local AWS: started at http://127.0.0.1:{port}\n"
    found = health(port)
    assert found["service"] == "beanstack-localaws"
    assert found["token"] == (state / "token").read_text()
    assert found["pid"] == int((state / "pid").read_text())
    stopped = run_control("stop", "--state", state)
    assert (stopped.returncode, stopped.stdout) == (0, "local AWS: stopped\n")
    assert not (state / "port").exists()
    assert not (state / "pid").exists()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_stop_without_a_server_reports_that_none_is_running(state: Path) -> None:
    stopped = run_control("stop", "--state", state)
    assert (stopped.returncode, stopped.stdout) == (0, "local AWS: not running\n")


def test_start_prints_nothing_if_the_server_is_running(local: LocalAWS) -> None:
    again = start(local.state)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert int((local.state / "port").read_text()) == local.port


def test_start_needs_the_standard_library_only(local: LocalAWS) -> None:
    arguments = ["-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(PROJECT)!r}); sys.argv[1:] = "]
    arguments[-1] += f"['start', '--state', {str(local.state)!r}, '--server-python', 'none']; "
    arguments[-1] += "from beanstack.localaws.__main__ import main; sys.exit(main())"
    assert subprocess.run([sys.executable, *arguments], check=False, timeout=30).returncode == 0


def test_two_simultaneous_starts_make_one_server(state: Path) -> None:
    command = [sys.executable, "-m", "beanstack.localaws", "start", "--state", str(state)]
    command += ["--server-python", str(SERVER_PYTHON)]
    both = [subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=90)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(line.count("started at") for line in said) == [0, 1]


def test_a_second_server_for_a_folder_is_refused(local: LocalAWS) -> None:
    second = subprocess.run(
        [str(SERVER_PYTHON), "-m", "beanstack.localaws", "serve", "--state", str(local.state)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert second.returncode == 1
    assert "another server holds" in second.stderr
    assert health(local.port)["pid"] == int((local.state / "pid").read_text())


@pytest.mark.parametrize(
    "answer", [b"hello", b"[]", b'{"service": "beanstack-localaws", "token": "of another folder"}']
)
def test_start_recognizes_another_program_on_the_port(state: Path, answer: bytes) -> None:
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None: ...

    state.mkdir()
    with HTTPServer(("127.0.0.1", 0), Other) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        (state / "port").write_text(str(other.server_port))
        (state / "token").write_text("of this folder")
        started = start(state)
        other.shutdown()
        assert "started at" in started.stdout
        assert int((state / "port").read_text()) != other.server_port


def test_stop_does_not_end_another_process_with_the_same_pid(state: Path) -> None:
    state.mkdir()
    with subprocess.Popen(["sleep", "30"]) as bystander:
        (state / "pid").write_text(str(bystander.pid))
        assert run_control("stop", "--state", state).stdout == "local AWS: not running\n"
        assert bystander.poll() is None
        bystander.kill()


def test_stop_ends_no_other_process_that_the_folder_of_a_hanging_server_names(state: Path) -> None:
    start(state)
    pid = int((state / "pid").read_text())
    os.kill(pid, signal.SIGSTOP)  # so that it neither answers nor writes its files anew
    with subprocess.Popen(["sleep", "60"]) as bystander:
        (state / "pid").write_text(str(bystander.pid))
        stopped = run_control("stop", "--state", state)
        assert (stopped.returncode, bystander.poll()) == (1, None)
        assert f"a server runs, and {state / 'pid'} does not name it; end it by hand" in stopped.stderr
        bystander.kill()
    os.kill(pid, signal.SIGCONT)


def test_start_replaces_a_server_that_was_killed(state: Path) -> None:
    start(state)
    pid = int((state / "pid").read_text())
    os.kill(pid, 9)
    assert "started at" in start(state).stdout
    assert int((state / "pid").read_text()) != pid


def test_an_unknown_engine_is_refused(local: LocalAWS, state: Path) -> None:
    for folder in (state, local.state):
        refused = run_control("start", "--state", folder, "--server-python", SERVER_PYTHON, "--engine", "bogus")
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr == "local AWS: ENGINE must be docker, podman or none, not 'bogus'\n"
    assert not (state / "port").exists()


def test_start_waits_for_a_busy_server_and_keeps_its_log(state: Path) -> None:
    start(state)
    pid, log = int((state / "pid").read_text()), (state / "log").stat().st_ino
    os.kill(pid, signal.SIGSTOP)
    try:
        command = [sys.executable, "-m", "beanstack.localaws", "start", "--state", str(state)]
        second = subprocess.Popen([*command, "--server-python", str(SERVER_PYTHON)], cwd=PROJECT)
        time.sleep(3)  # more than a start waits for one answer
        assert second.poll() is None
    finally:
        os.kill(pid, signal.SIGCONT)
    assert second.wait(30) == 0
    assert (int((state / "pid").read_text()), (state / "log").stat().st_ino) == (pid, log)


def test_stop_waits_for_the_containers_of_a_server_that_was_killed(state: Path) -> None:
    state.mkdir()
    with (state / "environments.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [sys.executable, "-m", "beanstack.localaws", "stop", "--state", str(state)]
        stopping = subprocess.Popen(command, cwd=PROJECT)
        time.sleep(1)
        assert stopping.poll() is None
    assert stopping.wait(30) == 0


def test_stop_names_the_environments_whose_containers_still_run(state: Path) -> None:
    (state / "environments/shop-dev").mkdir(parents=True)
    stopped = run_control("stop", "--state", state)
    assert (stopped.returncode, stopped.stdout) == (1, "")
    assert "containers of shop-dev are still running" in stopped.stderr


def test_a_server_ends_when_its_folder_is_removed(state: Path) -> None:
    start(state)
    port = int((state / "port").read_text())
    shutil.rmtree(state)
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.05)
    pytest.fail("the server still listens")


def test_a_port_in_use_is_refused(local: LocalAWS, state: Path) -> None:
    second = subprocess.run(
        [str(SERVER_PYTHON), "-m", "beanstack.localaws", "serve", "--state", str(state), "--port", str(local.port)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert second.returncode == 1
    assert f"cannot listen on 127.0.0.1:{local.port}" in second.stderr


@pytest.mark.parametrize("python", [sys.executable, "/nonexistent/python"])
def test_a_failed_start_reports_the_reason(state: Path, tmp_path: Path, python: str) -> None:
    bare = tmp_path / "venv"
    if python == sys.executable:  # a Python without the server's packages
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)
        python = str(bare / "bin" / "python")
    failed = start(state, python)
    assert failed.returncode == 1
    assert "ModuleNotFoundError" in failed.stderr or "cannot run /nonexistent/python" in failed.stderr
    assert not (state / "port").exists()


def test_the_server_inherits_nothing_from_the_users_environment(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    start(state)
    environ = Path("/proc") / (state / "pid").read_text() / "environ"
    if not environ.exists():
        pytest.skip("this system has no /proc")
    names = {entry.partition("=")[0] for entry in environ.read_text().split("\0") if entry}
    assert names == {"PATH", "HOME", "LANG"}


def test_first_call_of_elastic_beanstalk_loads_no_other_service(state: Path, tmp_path: Path) -> None:
    """The models of all services would be another 400 MB."""
    start(state)
    status = Path("/proc") / (state / "pid").read_text() / "status"
    if not status.exists():
        pytest.skip("this system has no /proc")
    LocalAWS(state, tmp_path).client("elasticbeanstalk").describe_environments()
    peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    assert int(peak.split()[1]) < 120_000, peak  # kB


def test_only_the_user_can_read_the_folder(state: Path) -> None:
    start(state)
    assert state.stat().st_mode & 0o077 == 0
    assert (state / "token").stat().st_mode & 0o077 == 0


def test_the_server_listens_on_loopback_only(local: LocalAWS) -> None:
    table = Path("/proc/net/tcp")
    if table.exists():
        listening = [line.split() for line in table.read_text().splitlines()[1:]]
        inodes = {fields[9]: fields[1] for fields in listening if fields[3] == "0A"}
        descriptors = (Path("/proc") / (local.state / "pid").read_text() / "fd").iterdir()
        links = [str(descriptor.readlink()) for descriptor in descriptors if descriptor.is_symlink()]
        addresses = [inodes[link[8:-1]] for link in links if link[8:-1] in inodes and link.startswith("socket:")]
        assert addresses == [f"0100007F:{local.port:04X}"]
    # An address of this machine's own that is not 127.0.0.1, without sending anything.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        own = probe.getsockname()[0]
    if own.startswith("127."):
        own = "127.0.0.2"
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((own, local.port), timeout=5)


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.socket().bind(('0.0.0.0', 0))",
        "socket.socket().bind(('', 0))",
        "socket.socket(socket.AF_INET6).bind(('::', 0))",
        "socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
        "socket.getaddrinfo('sts.amazonaws.com', 443)",
        "socket.gethostbyname('sts.amazonaws.com')",
        "subprocess.run(['true'])",
        "os.system('true')",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.posix_spawnp('true', ['true'], {})",
        "os.execv('/bin/true', ['true'])",
        "os.execvp('true', ['true'])",
        "import pty; pty.spawn(['true'])",
    ],
)
def test_the_server_reaches_nothing_but_loopback(attempt: str) -> None:
    code = f"from beanstack.localaws import guard; import os, socket, subprocess; guard.loopback_only(); {attempt}"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=30, check=False
    )
    assert result.returncode == 1
    assert re.search(r"PermissionError: .* refused", result.stderr)


def test_loopback_stays_open_under_the_guard() -> None:
    code = (
        "from beanstack.localaws import guard; import socket; guard.loopback_only()\n"
        "with socket.create_server(('127.0.0.1', 0)) as server:\n"
        "    socket.create_connection(('localhost', server.getsockname()[1]), timeout=5).close()"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, stderr=subprocess.PIPE, text=True, check=False)
    assert result.returncode == 0, result.stderr
