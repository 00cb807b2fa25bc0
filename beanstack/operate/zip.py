"""The committed bundle as the zip that its template names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beanstack.archive import archive, key
from beanstack.operate.errors import DeploymentError

if TYPE_CHECKING:
    from pathlib import Path


def zip_bundle(folder: Path, target: Path) -> None:
    """Zip a folder into `target`, which is named after the bytes. Raises DeploymentError if it is not."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    zipped = archive(files)
    if key(zipped) != target.name:
        raise DeploymentError(f"{folder} does not match the template; run `make generate`")
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.new")
    temporary.write_bytes(zipped)
    temporary.replace(target)
