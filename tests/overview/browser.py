"""Mermaid in headless Chromium: what becomes of pictures on GitHub, which renders them in the browser, too."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

LOCK = Path(__file__).with_name("mermaid.lock.json")
SCRIPT = "package/dist/mermaid.min.js"
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
needs_a_browser = pytest.mark.skipif(not BROWSER, reason="needs Chromium, which .ci/run installs")
PAGE = """<!DOCTYPE html>
<meta charset="utf-8">
<body>
<script src="mermaid.min.js"></script>
<script type="application/json" id="pictures">%s</script>
<script>
  mermaid.initialize({startOnLoad: false, securityLevel: "strict"});
  (async () => {
    const results = [];
    for (const [number, text] of JSON.parse(document.getElementById("pictures").textContent).entries()) {
      const holder = document.body.appendChild(document.createElement("div"));
      try {
        holder.innerHTML = (await mermaid.render(`picture${number}`, text)).svg;
        const found = kind => [...holder.querySelectorAll(kind)].map(label => label.innerText.trim());
        results.push({nodes: found("span.nodeLabel"), edges: found("span.edgeLabel").filter(text => text)});
      } catch (error) {
        results.push({error: String(error)});
      }
    }
    const shown = document.body.appendChild(document.createElement("pre"));
    shown.id = "results";
    shown.textContent = JSON.stringify(results);
  })();
</script>
"""


class Rendered(TypedDict, total=False):
    """The labels that a picture shows, or the error that Mermaid has reported."""

    nodes: list[str]
    edges: list[str]
    error: str


def script(cache: Path) -> Path:
    """Return Mermaid's script, fetched into the folder once, of the version and with the hash of the lock file."""
    lock = json.loads(LOCK.read_text("utf-8"))
    archive = cache / f"mermaid-{lock['version']}.tgz"
    if not archive.exists():
        subprocess.run(["npm", "pack", "--silent", f"mermaid@{lock['version']}"], cwd=cache, check=True)
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    assert f"sha512-{digest}" == lock["integrity"]
    with tarfile.open(archive) as packed:
        content = packed.extractfile(SCRIPT)
        assert content
        path = cache / "mermaid.min.js"
        path.write_bytes(content.read())
    return path


def render(pictures: Sequence[str], cache: Path, folder: Path) -> list[Rendered]:
    """Return what becomes of each picture, all of them in one page."""
    page = folder / "page.html"
    shutil.copy(script(cache), folder)
    page.write_text(PAGE % json.dumps(pictures).replace("<", "\\u003c"), "utf-8")
    done = chromium(page, folder, "--dump-dom")
    _, mark, rest = done.partition('<pre id="results">')
    assert mark, done[-2000:]
    results: list[Rendered] = json.loads(unescape(rest.partition("</pre>")[0]))
    return results


def chromium(page: Path, folder: Path, *options: str) -> str:
    """Return what headless Chromium prints for a page."""
    command = [
        *(BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
        *(f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=60000", *options, page.as_uri()),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout
