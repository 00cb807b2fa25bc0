"""An HTTP server of answers in JSON, by path."""

import json
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answers = Mapping[str, Callable[[], object]]


def serve(name: str, port: int, answers: Answers) -> None:
    """Answer requests until the process ends; each answer names the container that gave it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = answers.get(self.path.partition("?")[0])
            body = json.dumps(answer() if answer else {"error": "not found"}).encode() + b"\n"
            self.send_response(200 if answer else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Container", name)
            self.end_headers()
            self.wfile.write(body)

    ThreadingHTTPServer(("", port), Handler).serve_forever()
