"""How a call reaches the local AWS, and nothing else.

A local run starts from an empty environment, with dummy credentials and an endpoint on loopback in every call: whatever
profile, key or proxy the user's shell holds, it cannot reach a real account. Nor does a Python process of it reach
anything off this machine. This module is the one home of that rule. It needs the standard library only.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from beanstack.confined import sitecustomize

LOOPBACK: Final = "127.0.0.1"
AUTHORITY: Final = "authority.pem"  # the certificate of the authority that certifies what runs here
LAST_PORT: Final = 65535
NO_ACCOUNT: Final = "0" * 12  # the account of an environment that pins none
_KEPT: Final = ("TERM", "NO_COLOR")  # how a terminal shows what a command prints


def clean_environment(state: Path) -> dict[str, str]:
    """Return an environment with nothing of the user's, so without credentials, profile, endpoint or proxy."""
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(state), "LANG": "C.UTF-8"}


def enter(state: Path) -> None:
    """Confine this process to loopback and replace its environment, and so that of all that it runs."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    clean = clean_environment(state) | kept
    os.environ.clear()
    os.environ.update(clean)
    # No file of the user's is read, and no instance is asked, whatever a library's defaults are.
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    # Confines every Python that this one starts.
    os.environ["PYTHONPATH"] = str(Path(sitecustomize.__file__).resolve().parent)
    sitecustomize.confine()


def credentials(account: str) -> dict[str, str]:
    """Return the environment variables of dummy credentials: the local AWS takes the access key for the account."""
    return {"AWS_ACCESS_KEY_ID": account or NO_ACCOUNT, "AWS_SECRET_ACCESS_KEY": "local"}


def endpoint(state: Path) -> str:
    """Return the URL of the server of a state folder; ValueError if the folder names none."""
    try:
        port = (state / "port").read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        raise ValueError("no local AWS is running; `make local-start` starts it") from None
    if not (port.isascii() and port.isdigit() and len(port) <= len(str(LAST_PORT)) and 0 < int(port) <= LAST_PORT):
        raise ValueError(
            f"{state / 'port'} names no port but {port[:40]!r}; `make local-stop` and `make local-start` write it anew"
        )
    return f"http://{LOOPBACK}:{port}"


def authority(state: Path) -> Path:
    """Return the file of the certificate by which clients know those that the server of a state folder issues."""
    return state / AUTHORITY
