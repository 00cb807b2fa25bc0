"""The AWS query protocol, read and written with botocore's model of the service.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import botocore.session
from botocore.utils import parse_timestamp

from beanstack.localaws.api import Record, Request, ServiceError, request_id


class QueryProtocol:
    """Requests and responses of one service."""

    def __init__(self, service: str) -> None:
        self._model = botocore.session.get_session().get_service_model(service)
        self._namespace = self._model.metadata["xmlNamespace"]

    def request(self, body: str) -> tuple[str, Request]:
        """Return the action and its typed parameters; raise ServiceError if the model does not know them."""
        # Structures and lists arrive flattened: Tags.member.1.Key=team.
        tree: Record = {}
        for key, text in parse_qsl(body, keep_blank_values=True):
            node, *path = tree, *key.split(".")
            for part in path[:-1]:
                node = node.setdefault(part, {})
            node[path[-1]] = text
        action = tree.pop("Action", "")
        tree.pop("Version", None)
        if action not in self._model.operation_names:
            raise ServiceError("InvalidAction", f"Could not find operation {action}.")
        shape = self._model.operation_model(action).input_shape
        if shape is None:
            return action, {}
        for name in shape.required_members:
            if name not in tree:
                raise ServiceError("MissingParameter", f"The request must contain the parameter {name}.")
        return action, _parsed(shape, tree)

    def response(self, action: str, result: Record) -> bytes:
        """Return the body of a successful response."""
        shape = self._model.operation_model(action).output_shape
        inner = f"<{action}Result>{_xml(shape, result)}</{action}Result>" if shape else ""
        return (
            f'<{action}Response xmlns="{self._namespace}">{inner}'
            f"<ResponseMetadata><RequestId>{request_id.get()}</RequestId></ResponseMetadata></{action}Response>"
        ).encode()

    def error(self, error: ServiceError) -> bytes:
        """Return the body of an error response."""
        return (
            f'<ErrorResponse xmlns="{self._namespace}"><Error><Type>Sender</Type><Code>{error.code}</Code>'
            f"<Message>{escape(error.message)}</Message></Error><RequestId>{request_id.get()}</RequestId></ErrorResponse>"
        ).encode()


def _parsed(shape: Any, node: Any) -> Any:
    if shape.type_name == "structure":
        return {name: _parsed(member, node[name]) for name, member in shape.members.items() if name in node}
    if shape.type_name == "list":
        if not isinstance(node, dict):  # an empty list is sent as `Name=`
            return []
        members = node.get("member", {})
        return [_parsed(shape.member, members[index]) for index in sorted(members, key=int)]
    if shape.type_name == "boolean":
        return node.lower() == "true"
    if shape.type_name in ("integer", "long"):
        return int(node)
    if shape.type_name == "timestamp":
        moment: datetime = parse_timestamp(node)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return node


def _xml(shape: Any, value: Any) -> str:
    if shape.type_name == "structure":
        members = ((name, member, value.get(name)) for name, member in shape.members.items())
        return "".join(
            f"<{name}>{_xml(member, given)}</{name}>" for name, member, given in members if given is not None
        )
    if shape.type_name == "list":
        return "".join(f"<member>{_xml(shape.member, item)}</member>" for item in value)
    if shape.type_name == "timestamp":
        moment: datetime = value
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return escape(str(value).lower() if isinstance(value, bool) else str(value))
