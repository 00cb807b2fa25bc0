"""The bundle bucket: which it is, what is in it, and writes that somebody else's cannot overtake.

A write is conditional: the object must not exist yet, or still be the one that was read. S3 then lets one of several
writers through. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from beanstack.operate.patience import code
from beanstack.operate.stack import outputs, stack

if TYPE_CHECKING:
    from beanstack.operate.session import Clients

BUCKET = "BundleBucket"  # the output that names it
ABSENT = (403, 404)  # without s3:ListBucket, S3 answers 403 for an object that does not exist
OVERTAKEN = ("ConditionalRequestConflict", "NoSuchKey", "PreconditionFailed")


def bundle_bucket(clients: Clients) -> str:
    """Return the name of the bucket that a shared stack outputs; empty if none does, as before the first deployment."""
    for shared in clients.deployment.shared:
        if not clients.bucket:
            clients.bucket = outputs(stack(clients.cloudformation, shared.name) or {}).get(BUCKET, "")
    return clients.bucket


def stored_checksum(clients: Clients, key: str) -> str:
    """Return the SHA-256 of an object of the bundle bucket in hexadecimal digits; empty if there is no such object.

    S3 keeps the checksum with which an object was uploaded, and has compared it with the bytes. An object that was
    uploaded without one, or in parts, is read.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
    """
    place = {"Bucket": bundle_bucket(clients), "Key": key}
    if not place["Bucket"]:
        return ""
    try:
        head = clients.s3.head_object(**place, ChecksumMode="ENABLED")
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in ABSENT:
            return ""
        raise
    if "ChecksumSHA256" in head and head.get("ChecksumType", "FULL_OBJECT") == "FULL_OBJECT":
        return base64.b64decode(head["ChecksumSHA256"]).hex()
    found = hashlib.sha256()
    for chunk in clients.s3.get_object(**place)["Body"].iter_chunks(2**20):
        found.update(chunk)
    return found.hexdigest()


def read(clients: Clients, bucket: str, key: str) -> tuple[Any, str]:
    """Return a JSON object's value and its ETag; None and an empty ETag if there is no such object."""
    try:
        found = clients.s3.get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if code(error) == "NoSuchKey":
            return None, ""
        raise
    return json.loads(found["Body"].read()), found["ETag"]


def write(clients: Clients, bucket: str, key: str, value: Any, etag: str = "") -> bool:
    """Write a value as JSON over the object that has an ETag, or as a new object; return whether nobody was faster."""
    condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
    body = json.dumps(value, indent=2).encode()
    try:
        clients.s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json", **condition)
    except ClientError as error:
        if code(error) in OVERTAKEN:
            return False
        raise
    return True
