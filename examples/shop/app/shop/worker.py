"""The worker: it renews the catalogue every minute, and has a page for the shop's staff."""

import os
import threading
from itertools import count

from shop import catalogue
from shop.serve import serve

PORT = 8081
SECONDS = 60


class Worker:
    """The number of renewals since the start."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.renewals = 0

    def run(self, ended: threading.Event) -> None:
        """Renew the catalogue, at once and every minute, until the event."""
        for self.renewals in count(1):
            catalogue.write(self.currency)
            if ended.wait(SECONDS):
                break

    def state(self) -> dict[str, object]:
        """Return what the staff's page shows."""
        return {"currency": self.currency, "renewals": self.renewals}


if __name__ == "__main__":
    worker = Worker(os.environ.get("CURRENCY", "EUR"))
    threading.Thread(target=worker.run, args=[threading.Event()], daemon=True).start()
    serve("worker", PORT, {"/admin/up": lambda: "ok", "/admin/": worker.state})
