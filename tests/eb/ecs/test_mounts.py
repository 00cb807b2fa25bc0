"""Where a container may have mounts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.eb.tasks import Found, container, found


def mounted(*targets: str, source: str = "", **keys: Any) -> list[Found]:
    """The findings on a container that mounts one volume at these paths."""
    mounts = [{"sourceVolume": "v", "containerPath": target} for target in targets]
    host = {"host": {"sourcePath": source}} if source else {}
    return found(container(mountPoints=mounts, **keys), volumes=[{"name": "v", **host}])


def place(index: int) -> tuple[str | int, ...]:
    return ("containerDefinitions", 0, "mountPoints", index, "containerPath")


@pytest.mark.parametrize(
    "target",
    ["/", "//", "/.", "/a/..", "/a/../..", "/proc", "/proc/", "//proc/self", "/a/../proc/sys/net", "/proc/cpuinfo/a"],
)
def test_a_mount_at_the_root_or_in_proc_is_refused(target: str) -> None:
    assert mounted(target) == [("mount-target", place(0))]


@pytest.mark.parametrize(
    "target",
    ["/a/../b", "/process", "/proc/cpuinfo", "/proc/sys/kernel/ns_last_pid", "/sys", "/host/proc", "/..a", "${TARGET}"],
)
def test_a_mount_elsewhere_is_accepted(target: str) -> None:
    assert mounted(target) == []


def test_the_proc_of_the_instance_can_be_mounted_at_proc_alone() -> None:
    assert mounted("/proc", source="/proc/") == []
    assert mounted("/proc/sys", source="/proc") == [("mount-target", place(0))]
    assert mounted("/proc", source="/srv") == [("mount-target", place(0))]


@pytest.mark.parametrize(("first", "second"), [("/a", "/a"), ("/a", "/a/"), ("/a", "//b/../a"), ("/a/.", "/a")])
def test_two_mounts_at_one_path_are_refused(first: str, second: str) -> None:
    assert mounted(first, second) == [("mounted-twice", place(1))]


def test_a_mount_in_another_is_accepted() -> None:
    assert mounted("/a", "/a/b", "/ab") == []


@pytest.mark.parametrize(("target", "rule"), [("/run/..", "mount-target"), ("/proc/a", "mount-target")])
def test_memory_is_mounted_where_a_volume_may_be(target: str, rule: str) -> None:
    tmpfs = [{"containerPath": target, "size": 1}]
    path = ("containerDefinitions", 0, "linuxParameters", "tmpfs", 0, "containerPath")
    assert mounted("/a", linuxParameters={"tmpfs": tmpfs}) == [(rule, path)]


def test_memory_at_the_path_of_a_volume_is_refused() -> None:
    path = ("containerDefinitions", 0, "linuxParameters", "tmpfs", 0, "containerPath")
    parameters = {"tmpfs": [{"containerPath": "/a/", "size": 1}]}
    assert mounted("/a", linuxParameters=parameters) == [("mounted-twice", path)]


def test_a_device_does_not_take_the_place_of_the_root() -> None:
    path = ("containerDefinitions", 0, "linuxParameters", "devices", 0, "containerPath")
    device = {"hostPath": "/dev/fuse", "containerPath": "/dev/.."}
    assert found(container(linuxParameters={"devices": [device]})) == [("mount-target", path)]
    assert found(container(linuxParameters={"devices": [{"hostPath": "/dev/fuse"}]})) == []


@pytest.mark.parametrize("target", ["a", "./a", "/a:b", ""])
def test_a_path_is_absolute_and_without_a_colon(target: str) -> None:
    assert mounted(target) == [("wrong-form", place(0))]


EFS: dict[str, Any] = {"fileSystemId": "fs-0123456789abcdef0", "transitEncryption": "ENABLED"}
POINT = {"accessPointId": "fsap-0123456789abcdef0"}


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({**EFS, "authorizationConfig": POINT, "rootDirectory": "/data"}, ("rootDirectory",)),
        ({"fileSystemId": EFS["fileSystemId"], "authorizationConfig": POINT}, ()),
        ({**EFS, "transitEncryption": "DISABLED", "authorizationConfig": {"iam": "ENABLED"}}, ()),
    ],
)
def test_options_of_efs_that_ecs_does_not_accept_together(options: Any, path: tuple[str, ...]) -> None:
    expected = [("efs-options", ("volumes", 0, "efsVolumeConfiguration", *path))]
    assert found(container(), volumes=[{"name": "v", "efsVolumeConfiguration": options}]) == expected


@pytest.mark.parametrize(
    "options",
    [
        EFS,
        {**EFS, "rootDirectory": "/data"},
        {**EFS, "rootDirectory": "/", "authorizationConfig": {**POINT, "iam": "ENABLED"}},
        {**EFS, "fileSystemId": "${FILE_SYSTEM}"},
        {"fileSystemId": "fs-01234567", "authorizationConfig": {"iam": "DISABLED"}},
    ],
)
def test_options_of_efs_are_accepted(options: Any) -> None:
    assert found(container(), volumes=[{"name": "v", "efsVolumeConfiguration": options}]) == []


@pytest.mark.parametrize("file_system", ["efs-1", "fs-xyz", "0123456789"])
def test_a_file_system_has_an_id(file_system: str) -> None:
    expected = [("wrong-form", ("volumes", 0, "efsVolumeConfiguration", "fileSystemId"))]
    volume = {"name": "v", "efsVolumeConfiguration": {"fileSystemId": file_system}}
    assert found(container(), volumes=[volume]) == expected
