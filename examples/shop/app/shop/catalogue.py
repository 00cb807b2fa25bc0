"""The catalogue: what the worker writes and the application reads, in a folder of the instance that both mount."""

import json
import os
from pathlib import Path

FILE = Path(os.environ.get("CATALOGUE", "/catalogue/products.json"))
PRODUCTS = {"bean": 2, "beanstalk": 40, "magic bean": 500}  # prices in the shop's currency


def write(currency: str) -> None:
    """Write the catalogue whole, so that no reader meets half of it."""
    content = [{"name": name, "price": price, "currency": currency} for name, price in PRODUCTS.items()]
    unfinished = FILE.with_suffix(".new")
    unfinished.write_text(json.dumps(content), "utf-8")
    unfinished.replace(FILE)


def read() -> list[dict[str, object]]:
    """Return the products, none before the worker has written them."""
    try:
        content: list[dict[str, object]] = json.loads(FILE.read_text("utf-8"))
    except FileNotFoundError:
        return []
    return content
