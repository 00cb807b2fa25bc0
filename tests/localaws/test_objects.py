"""S3 as a lock and as a store that checks what arrives, through real clients."""

from __future__ import annotations

import base64
import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import LocalAWS

BUNDLE = b"the bytes of a bundle"


def checksum(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def answer(call: Callable[..., Any], **parameters: Any) -> tuple[int, str]:
    """Return the HTTP status and the code of the error, which is empty for a success."""
    try:
        return int(call(**parameters)["ResponseMetadata"]["HTTPStatusCode"]), ""
    except ClientError as error:
        return int(error.response["ResponseMetadata"]["HTTPStatusCode"]), str(error.response["Error"]["Code"])


@pytest.fixture
def bucket(local: LocalAWS, name: str) -> str:
    local.client("s3").create_bucket(Bucket=name)
    return name


def test_an_object_that_must_be_new_is_written_once(local: LocalAWS, bucket: str) -> None:
    s3 = local.client("s3")
    lock = {"Bucket": bucket, "Key": "lock", "IfNoneMatch": "*"}
    assert answer(s3.put_object, **lock, Body=b"one") == (200, "")
    assert answer(s3.put_object, **lock, Body=b"two") == (412, "PreconditionFailed")
    assert s3.get_object(Bucket=bucket, Key="lock")["Body"].read() == b"one"
    s3.delete_object(Bucket=bucket, Key="lock")
    assert answer(s3.put_object, **lock, Body=b"three") == (200, "")


def test_a_deleted_object_of_a_versioned_bucket_can_be_new_again(local: LocalAWS, bucket: str) -> None:
    s3 = local.client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    lock = {"Bucket": bucket, "Key": "lock", "IfNoneMatch": "*"}
    assert answer(s3.put_object, **lock) == (200, "")
    s3.delete_object(Bucket=bucket, Key="lock")
    assert answer(s3.put_object, **lock) == (200, "")
    assert answer(s3.put_object, **lock) == (412, "PreconditionFailed")


def test_an_object_is_replaced_only_while_it_is_the_one_that_was_read(local: LocalAWS, bucket: str) -> None:
    s3 = local.client("s3")
    first = s3.put_object(Bucket=bucket, Key="record", Body=b"one")["ETag"]
    assert answer(s3.put_object, Bucket=bucket, Key="record", Body=b"two", IfMatch=first) == (200, "")
    late = {"Bucket": bucket, "Key": "record", "IfMatch": first}
    assert answer(s3.put_object, **late, Body=b"three") == (412, "PreconditionFailed")
    assert answer(s3.delete_object, **late) == (412, "PreconditionFailed")
    assert s3.get_object(Bucket=bucket, Key="record")["Body"].read() == b"two"
    s3.delete_object(Bucket=bucket, Key="record")
    assert answer(s3.put_object, **late, Body=b"four") == (404, "NoSuchKey")


def test_only_an_asterisk_means_that_no_object_may_exist(local: LocalAWS, bucket: str) -> None:
    tag = '"0123456789abcdef0123456789abcdef"'
    put = local.client("s3").put_object
    assert answer(put, Bucket=bucket, Key="lock", IfNoneMatch=tag) == (501, "NotImplemented")


@pytest.mark.parametrize("condition", ["IfNoneMatch", "IfMatch"])
def test_of_many_writers_at_once_exactly_one_wins(local: LocalAWS, bucket: str, condition: str) -> None:
    writers = [local.client("s3") for _ in range(8)]
    together = threading.Barrier(len(writers))

    def write(number: int, turn: str, expected: str) -> tuple[int, str]:
        together.wait(30)
        parameters = {"Bucket": bucket, "Key": turn, "Body": f"writer {number}".encode(), condition: expected}
        return answer(writers[number].put_object, **parameters)

    with ThreadPoolExecutor(len(writers)) as pool:
        for turn in map(str, range(10)):
            expected = "*"
            if condition == "IfMatch":
                expected = writers[0].put_object(Bucket=bucket, Key=turn, Body=b"before")["ETag"]
            answers = [pool.submit(write, number, turn, expected) for number in range(len(writers))]
            results = [future.result() for future in answers]
            winner = results.index((200, ""))
            assert sorted(results) == [(200, "")] + [(412, "PreconditionFailed")] * (len(writers) - 1)
            assert writers[0].get_object(Bucket=bucket, Key=turn)["Body"].read() == f"writer {winner}".encode()


def test_the_aws_command_uploads_with_a_checksum_that_can_be_read_back(
    local: LocalAWS, bucket: str, tmp_path: Path
) -> None:
    file = tmp_path / "bundle.zip"
    file.write_bytes(BUNDLE)
    place = ("--bucket", bucket, "--key", "bundle.zip")
    upload = ("s3api", "put-object", *place, "--body", str(file), "--checksum-sha256", checksum(BUNDLE))
    put = local.aws(*upload, "--if-none-match", "*")
    assert put.returncode == 0, put.stderr
    query = ("--query", "ChecksumSHA256", "--output", "text")
    head = local.aws("s3api", "head-object", *place, "--checksum-mode", "ENABLED", *query)
    assert head.stdout.strip() == checksum(BUNDLE), head.stderr
    unasked = local.aws("s3api", "head-object", *place, *query)
    assert unasked.stdout.strip() == "None", unasked.stderr
    again = local.aws(*upload, "--if-none-match", "*")
    assert again.returncode != 0
    assert "An error occurred (PreconditionFailed) when calling the PutObject operation" in again.stderr


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        (checksum(b"other bytes"), "BadDigest", "The SHA256 you specified did not match the calculated checksum."),
        ("nonsense", "InvalidRequest", "Value for x-amz-checksum-sha256 header is invalid."),
        ("bm90IGEgc3VtCg==", "InvalidRequest", "Value for x-amz-checksum-sha256 header is invalid."),
    ],
)
def test_a_wrong_checksum_is_refused_and_nothing_is_stored(
    local: LocalAWS, bucket: str, tmp_path: Path, value: str, code: str, message: str
) -> None:
    file = tmp_path / "bundle.zip"
    file.write_bytes(BUNDLE)
    place = ("--bucket", bucket, "--key", "bundle.zip")
    put = local.aws("s3api", "put-object", *place, "--body", str(file), "--checksum-sha256", value)
    assert put.returncode != 0
    assert f"An error occurred ({code}) when calling the PutObject operation" in put.stderr
    assert message in put.stderr
    assert answer(local.client("s3").head_object, Bucket=bucket, Key="bundle.zip") == (404, "404")
