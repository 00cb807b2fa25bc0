"""What containers printed, as the tail of an instance's logs has it."""

from __future__ import annotations

from beanstack.operate import logs

DASHES = 37 * "-"
TAIL = f"""{DASHES}
/var/log/ecs/ecs-init.log
{DASHES}
2019-01-02T04:01:19Z [INFO] pre-start



{DASHES}
/var/log/containers/web-2-0af1d59f3072-stdouterr.log
{DASHES}
> @ start /app
----
no database



{DASHES}
/var/log/eb-ecs-mgr.log
{DASHES}
"""


def test_a_tail_is_split_at_the_paths_between_dashes() -> None:
    assert list(logs.sections(TAIL)) == [
        ("/var/log/ecs/ecs-init.log", ["2019-01-02T04:01:19Z [INFO] pre-start"]),
        ("/var/log/containers/web-2-0af1d59f3072-stdouterr.log", ["> @ start /app", "----", "no database"]),
        ("/var/log/eb-ecs-mgr.log", []),
    ]


def test_only_the_last_lines_of_containers_are_shown() -> None:
    assert list(logs.of_containers(TAIL)) == ["web-2 printed last:", "  > @ start /app", "  ----", "  no database"]
    many = TAIL.replace("----\nno", "----\n" + "line\n" * 100 + "no")
    assert len(list(logs.of_containers(many))) == 1 + logs.LINES
