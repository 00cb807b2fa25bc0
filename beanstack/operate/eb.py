"""The EB CLI for one environment."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from beanstack.deployment import Deployment

CONFIG = """\
branch-defaults: {{default: {{environment: {stack}}}}}
global: {{application_name: {application}, default_region: {region}, workspace_type: Application}}
"""


def eb(deployment: Deployment, venv: Path, folder: Path, words: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run the EB CLI of a virtual environment in a folder as `eb init` would have made it; return its exit status."""
    config = folder / ".elasticbeanstalk/config.yml"
    config.parent.mkdir(parents=True, exist_ok=True)
    values = {"stack": deployment.eb_environment, "application": deployment.eb_application, "region": deployment.region}
    config.write_text(CONFIG.format(**values), "utf-8")
    command = [str(venv.absolute() / "bin/python"), str(venv.absolute() / "bin/eb"), *words]
    return subprocess.run(command, cwd=folder, env=environment, check=False).returncode  # noqa: S603 - the user's words
