"""The other engine: a database of PostgreSQL that knows its user."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.e2e.conftest import Launch

# A start-up message of PostgreSQL's protocol; the server asks for the password (R) or says why not (E).
ASK = """
import os, socket, struct
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        user = self.path[1:] or os.environ["RDS_USERNAME"]
        words = f"user\\0{user}\\0database\\0{os.environ['RDS_DB_NAME']}\\0\\0".encode()
        with socket.create_connection((os.environ["RDS_HOSTNAME"], int(os.environ["RDS_PORT"])), 9) as asked:
            asked.sendall(struct.pack("!ii", len(words) + 8, 196608) + words)
            answer = asked.recv(1000)
        self.send_response(200); self.end_headers()
        self.wfile.write(answer)
HTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
"""


def test_postgres_asks_its_user_for_the_password(launch: Launch, image: str) -> None:
    ports = [{"hostPort": 80, "containerPort": 8000}]
    web = {"name": "web", "image": image, "command": ["python3", "-c", ASK], "portMappings": ports}
    options = {"HasCoupledDatabase": "true", "DBEngine": "postgres", "DBUser": "keeper"}
    kind = {("aws:elasticbeanstalk:environment", "LoadBalancerType"): "application"}
    running = launch("e2e-postgres", kind | {("aws:rds:dbinstance", name): value for name, value in options.items()})
    content = {"AWSEBDockerrunVersion": 2, "containerDefinitions": [web]}
    running.deploy({"Dockerrun.aws.json": json.dumps(content).encode()})
    status, answer = running.request("/")
    assert (status, answer[:1], b"SCRAM-SHA-256" in answer) == (200, b"R", True)
