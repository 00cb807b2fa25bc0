"""A server that answers as GitHub's API does, and the script that posts a page to it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

needs_curl_and_jq = pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="needs curl and jq")
SCRIPT = PROJECT / ".github/post-review.sh"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
TOKEN = "ghs_secret"
BOT = "github-actions[bot]"


class Github:
    """A repository with pull request 7, and its comments, each of whoever made it."""

    def __init__(self, commit: str = COMMIT) -> None:
        self.commit, self.token = commit, TOKEN
        self.comments: list[dict[str, Any]] = []
        self.writes: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def comment(self, body: str, login: str = BOT) -> None:
        self.comments.append({"id": len(self.comments) + 1, "body": body, "user": {"login": login}})

    def answer(self, method: str, path: str, sent: Any) -> Any:
        """Return what the API answers; None where there is nothing."""
        if method == "GET" and path == "/repos/a/shop/pulls/7":
            return {"number": 7, "head": {"sha": self.commit}}
        found = re.fullmatch(r"/repos/a/shop/issues/7/comments\?per_page=100&page=(\d+)", path)
        if method == "GET" and found:
            first = 100 * (int(found[1]) - 1)
            return self.comments[first : first + 100]
        if method == "POST" and path == "/repos/a/shop/issues/7/comments":
            self.comment(sent["body"])
            return self.comments[-1]
        found = re.fullmatch(r"/repos/a/shop/issues/comments/(\d+)", path)
        if method == "PATCH" and found:
            self.comments[int(found[1]) - 1]["body"] = sent["body"]
            return self.comments[int(found[1]) - 1]
        return None

    def handler(github) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - self is the handler's
        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                sent = json.loads(self.rfile.read(size)) if size else None
                allowed = self.headers["Authorization"] == f"Bearer {TOKEN}"
                answer = github.answer(self.command, self.path, sent) if allowed else None
                if self.command != "GET":
                    github.writes.append(f"{self.command} {self.path}")
                content = json.dumps(answer).encode()
                self.send_response(200 if answer is not None else 404)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PATCH = handle_any  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def post(
    github: Github, folder: Path, page: str, number: str = "7", head: str = "a/shop", commit: str = COMMIT
) -> subprocess.CompletedProcess[str]:
    """Run the script on a page that the first stage has left in a folder."""
    (folder / "page.md").write_text(page, "utf-8")
    (folder / "number").write_text(f"{number}\n")
    return post_folder(github, folder, head, commit)


def post_folder(
    github: Github, folder: Path, head: str = "a/shop", commit: str = COMMIT
) -> subprocess.CompletedProcess[str]:
    """Run the script as the workflow does."""
    environment = {
        **os.environ,
        "GITHUB_API_URL": github.url,
        "GITHUB_REPOSITORY": "a/shop",
        "GITHUB_TOKEN": github.token,
        "HEAD_REPOSITORY": head,
        "HEAD_SHA": commit,
    }
    command = ["sh", str(SCRIPT), str(folder)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
