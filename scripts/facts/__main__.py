"""`python -m scripts.facts` writes the kept facts and removes files that it no longer makes."""

from __future__ import annotations

from scripts.facts import KEPT, files


def main() -> None:
    """Write each file whole."""
    texts = files()
    for path in KEPT.glob("*.json"):
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        (KEPT / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
