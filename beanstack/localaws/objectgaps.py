"""Behaviour of S3 that Beanstack relies on and that ministack lacks; its conditional writes are otherwise complete.

tests/localaws/test_objects.py has a contract test for it.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beanstack.localaws.modules import Modules

_CHECKSUM: Final = "x-amz-checksum-sha256"
_SHA256_BYTES: Final = 32


def close_gaps(modules: Modules) -> None:
    """Make ministack's PutObject refuse headers that S3 refuses."""
    put_object, error = modules.s3._put_object, modules.s3._error

    def checked(bucket: str, key: str, body: bytes, headers: Mapping[str, str]) -> Any:
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html: an asterisk is the only value
        # of If-None-Match for a write. ministack takes an ETag as well.
        if headers.get("if-none-match", "*").strip() != "*":
            return error("NotImplemented", "A header you provided implies functionality that is not implemented", 501)
        # A value that cannot be a checksum is refused before any comparison; versity/versitygw issue 1694 quotes what
        # S3 answers to one that can be, and is wrong: BadDigest.
        if not _is_sha256(headers.get(_CHECKSUM)):
            return error("InvalidRequest", f"Value for {_CHECKSUM} header is invalid.", 400)
        return put_object(bucket, key, body, headers)

    modules.s3._put_object = checked


def _is_sha256(value: str | None) -> bool:
    """Return whether a checksum has the form of one; so does a missing one, which nobody checks."""
    if value is None:
        return True
    try:
        return len(base64.b64decode(value, validate=True)) == _SHA256_BYTES
    except binascii.Error:
        return False
