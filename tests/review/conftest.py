"""Real git repositories whose commits hold what is generated from a config, and the page on two of them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from beanstack.bundle import shipped
from beanstack.config import load
from beanstack.generate import files
from beanstack.resources import accepted
from beanstack.review.__main__ import review


class Repository:
    """A repository with a project, which may be in a folder of it."""

    def __init__(self, root: Path, folder: str = "") -> None:
        self.root, self.project = root, root / folder
        self.project.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch", "main")

    def git(self, *words: str) -> str:
        command = ["git", "-C", str(self.root), "-c", "user.name=a", "-c", "user.email=a@example.org", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, *configs: str) -> str:
        """Commit what is generated from configs, and nothing else; return the commit's hash."""
        for folder in ("bundle", "config", "output"):
            shutil.rmtree(self.project / folder, ignore_errors=True)
        for config in configs:
            for path, content in generated(config).items():
                self.write(path, content)
        return self.commit_files()

    def write(self, path: str, content: bytes) -> None:
        (self.project / path).parent.mkdir(parents=True, exist_ok=True)
        (self.project / path).write_bytes(content)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that must be there."""
        text = (self.project / path).read_text("utf-8")
        assert old in text
        self.write(path, text.replace(old, new).encode())

    def commit_files(self) -> str:
        """Commit all files as they are; return the commit's hash."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change")
        return self.git("rev-parse", "HEAD")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `beanstack review` in the project's folder."""
        command = [sys.executable, "-m", "beanstack", "review", *words]
        return subprocess.run(command, cwd=self.project, capture_output=True, text=True, check=False, timeout=60)

    def page(self, words: str, application: str = "") -> str:
        """Return the page."""
        return review(self.project, application, words)

    def sentences(self, words: str) -> list[str]:
        """Return what the page says of each environment and application."""
        above = self.page(words).partition("\n#### ")[0]
        return [line.removeprefix("- ") for line in above.splitlines() if line.startswith("- ")]


def generated(config: str) -> dict[str, bytes]:
    """Return the files of a config, and the config itself."""
    name = config.partition("application: ")[2].partition("\n")[0]
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.yaml"
        path.write_text(config, "utf-8")
        [application] = load([path], judge=accepted.judged).applications
    return {f"config/{name}.yaml": config.encode(), **files(application, shipped())}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")
