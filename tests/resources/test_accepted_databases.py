"""What RDS would say of a coupled database is reported at the keys of `database`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Verdict


@pytest.mark.parametrize(
    ("database", "severity", "key", "says"),
    [
        ("{engine: mysql, version: ▲'17.11'}", "error", "version", "'17.11' is a version of postgres"),
        ("{engine: mysql, version: ▲'5.6'}", "warning", "version", "RDS has retired mysql 5.6"),
        ("{engine: postgres, version: ▲'8.4'}", "error", "version", "'8.4' is a version of mysql"),
        ("{engine: postgres, version: ▲'19'}", "warning", "version", "unknown version '19' of postgres"),
        ("{engine: mysql, version: ▲8.0.35}", "warning", "version", "RDS creates no new database with"),
        ("{engine: mysql, instance_class: ▲db.m1.small}", "error", "instance_class", "RDS has retired db.m1"),
        ("{engine: mysql, instance_class: ▲db.t2.micro}", "error", "instance_class", "RDS has no db.t2 for"),
        ("{engine: mysql, instance_class: ▲db.zz9.plural}", "warning", "instance_class", "unknown family"),
        ("{engine: postgres, user: ▲admin}", "error", "user", "RDS refuses 'admin'"),
        ("{engine: postgres, user: ▲user}", "warning", "user", "'user' is a reserved word of postgres"),
        ("{engine: mysql, user: ▲root}", "warning", "user", "`make run` cannot start a database with this"),
        ("{engine: mysql, user: ▲1a}", "error", "user", "expected letters, digits and _, a letter first"),
        ("{engine: mysql, storage: ▲65537}", "error", "storage", "must be at most 65536"),
    ],
)
def test_a_database_that_rds_does_not_have_is_reported_at_its_value(
    database: str, severity: str, key: str, says: str, verdicts: Verdict
) -> None:
    settings = f"database: {database}"
    [found] = verdicts(settings.replace("▲", ""))
    assert found.startswith(f"{severity} 9:{settings.index('▲') + 5} database.{key}: {says}")


@pytest.mark.parametrize(
    "database",
    [
        "{engine: mysql}",
        "{engine: postgres, user: app_user, instance_class: db.t4g.micro, storage: 65536}",
        "{engine: mysql, version: 5.7.44-rds.20250508, user: admin}",
        "{engine: postgres, version: '17', user: postgres}",
    ],
)
def test_a_database_that_rds_has_is_accepted(database: str, verdicts: Verdict) -> None:
    assert verdicts(f"database: {database}") == []
