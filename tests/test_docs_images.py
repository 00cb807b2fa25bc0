"""What docs/images.md shows."""

from __future__ import annotations

import re
from pathlib import Path

from beanstack.generate import run

PAGE = Path(__file__).parents[1] / "docs/images.md"


def test_its_configuration_can_be_generated(tmp_path: Path) -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    for folder in ("config", "app"):
        (tmp_path / folder).mkdir()
    (tmp_path / "config/shop.yaml").write_text(example)
    (tmp_path / "app/Dockerfile").write_text("FROM scratch\n")
    assert run([], tmp_path, tmp_path, check_only=False) == 0
    assert "RepositoryShop:" in (tmp_path / "output/shop/application.yaml").read_text()
