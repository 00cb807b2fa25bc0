"""The bundle that is deployed is the committed one, whatever lies in build/ or in the bucket under its name."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.recipes.conftest import Checkout


def bucket(checkout: Checkout) -> str:
    [found] = checkout.client("s3").list_buckets()["Buckets"]
    return str(found["Name"])


def key(checkout: Checkout) -> str:
    [found] = (checkout.folder / "build/todobackend/dev").glob("*.zip")
    return found.name


def stored(checkout: Checkout) -> bytes:
    found = checkout.client("s3").get_object(Bucket=bucket(checkout), Key=key(checkout))
    return bytes(found["Body"].read())


def test_a_bundle_is_stored_with_the_checksum_that_is_its_name(deployed: Checkout) -> None:
    head = deployed.client("s3").head_object(Bucket=bucket(deployed), Key=key(deployed), ChecksumMode="ENABLED")
    assert base64.b64decode(head["ChecksumSHA256"]).hex() + ".zip" == key(deployed)
    assert hashlib.sha256(stored(deployed)).hexdigest() + ".zip" == key(deployed)


def test_a_truncated_zip_in_build_is_not_uploaded(deployed: Checkout) -> None:
    zipped = deployed.folder / "build/todobackend/dev" / key(deployed)
    whole = zipped.read_bytes()
    deployed.client("s3").delete_object(Bucket=bucket(deployed), Key=key(deployed))
    zipped.write_bytes(whole[:100])
    result = deployed.make("stack", "LOCAL=1")
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"Uploaded the bundle {zipped.name}" in result.stdout
    assert stored(deployed) == whole == zipped.read_bytes()


@pytest.mark.parametrize("checksum", [True, False])
def test_an_object_that_is_not_the_bundle_is_refused_with_the_way_out(deployed: Checkout, checksum: bool) -> None:
    s3, place = deployed.client("s3"), {"Bucket": bucket(deployed), "Key": key(deployed)}
    other = b"not the bundle"
    s3.put_object(**place, Body=other, **({"ChecksumAlgorithm": "SHA256"} if checksum else {}))
    before = deployed.client("cloudformation").describe_stack_events(StackName="todobackend-dev")["StackEvents"]
    refused = deployed.make("stack", "LOCAL=1")
    assert refused.returncode != 0
    damaged = f"s3://{place['Bucket']}/{place['Key']} is damaged or was replaced: its SHA-256 is "
    assert damaged + hashlib.sha256(other).hexdigest() in refused.stderr
    after = deployed.client("cloudformation").describe_stack_events(StackName="todobackend-dev")["StackEvents"]
    assert after == before, "nothing is deployed"
    assert f"{key(deployed)[:12]} was deployed, but is not what runs\n" in deployed.make("status", "LOCAL=1").stdout
    assert f"drift:bundle: {key(deployed)} in the bundle bucket has another" in deployed.make("plan", "LOCAL=1").stdout
    assert f"`aws s3api delete-object --bucket {place['Bucket']} --region us-east-1 --key {place['Key']}`" in (
        refused.stderr
    )
    s3.delete_object(**place)
    again = deployed.make("stack", "LOCAL=1")
    assert again.returncode == 0, again.stdout + again.stderr
    assert hashlib.sha256(stored(deployed)).hexdigest() + ".zip" == key(deployed)


def test_a_bundle_that_was_uploaded_without_a_checksum_is_read_and_kept(deployed: Checkout) -> None:
    """As by versions of Beanstack that ran `aws s3 cp`."""
    s3, place = deployed.client("s3"), {"Bucket": bucket(deployed), "Key": key(deployed)}
    s3.put_object(**place, Body=stored(deployed))
    assert "ChecksumSHA256" not in s3.head_object(**place, ChecksumMode="ENABLED")
    result = deployed.make("stack", "LOCAL=1")
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"The bundle {key(deployed)} is in its bucket already." in result.stdout


def test_a_bundle_that_another_environment_uploads_at_the_same_time_is_not_uploaded_twice(deployed: Checkout) -> None:
    """The aws command finds the object that was not there before."""
    s3, place = deployed.client("s3"), {"Bucket": bucket(deployed), "Key": key(deployed)}
    s3.delete_object(**place)
    own = deployed.folder / "aws"
    aws = f'"{deployed.folder}/.venv/bin/aws"'
    own.write_text(f'#!/bin/sh\n[ "$2" = deploy ] || {aws} "$@" >/dev/null\nexec {aws} "$@"\n')
    own.chmod(0o755)
    result = deployed.make("stack", "LOCAL=1", f"AWS={own}".replace(" ", "\\ "))
    assert result.returncode == 0, result.stdout + result.stderr
    assert "PreconditionFailed" in result.stderr
    assert len(s3.list_object_versions(Bucket=place["Bucket"], Prefix=place["Key"])["Versions"]) > 1
    assert hashlib.sha256(stored(deployed)).hexdigest() + ".zip" == key(deployed)
