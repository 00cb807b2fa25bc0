"""What RDS accepts of a coupled database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beanstack.eb.databases import DEFAULT_VERSIONS
from beanstack.eb.kept import kept
from beanstack.eb.settings import Context

if TYPE_CHECKING:
    from beanstack.eb.findings import Finding
    from tests.eb.conftest import Checked

DATABASE = "aws:rds:dbinstance"


def database(checked: Checked, engine: str = "mysql", **options: str | None) -> list[Finding]:
    names = {"version": "DBEngineVersion", "kind": "DBInstanceClass", "user": "DBUser"}
    settings = [(DATABASE, names[key], value) for key, value in options.items()]
    return checked((DATABASE, "DBEngine", engine), *settings)


@pytest.mark.parametrize(
    ("engine", "version", "rule", "says"),
    [
        ("mysql", "17.11", "E9551", "'17.11' is a version of postgres; of mysql RDS offers 5.7, 8.0, 8.4"),
        ("mysql", "16", "E9551", "is a version of postgres"),
        ("MySQL", "17.11", "E9551", "is a version of postgres"),
        ("mysql", "10.11.6", "E9551", "is a version of mariadb"),
        ("mysql", "17.99", "E9551", "is a version of postgres"),
        ("postgres", "8.4.11", "E9551", "'8.4.11' is a version of mysql; of postgres RDS offers 11, 12,"),
        ("postgres", "8.0", "E9551", "is a version of mysql"),
        ("mariadb", "8.4", "E9551", "is a version of mysql"),
        ("sqlserver-ex", "8.4.11", "E9551", "is a version of mysql"),
        (
            "mysql",
            "5.6",
            "W9551",
            "RDS has retired mysql 5.6 and creates no new database with it; it offers 5.7, 8.0, 8.4",
        ),
        ("mysql", "5.5.62", "W9551", "RDS has retired mysql 5.5"),
        ("mysql", "5.1", "E9551", "RDS has no mysql as old as 5.1"),
        ("postgres", "10", "W9551", "RDS has retired postgres 10"),
        ("postgres", "9.6.24", "W9551", "RDS has retired postgres 9"),
        ("postgres", "7.4", "E9551", "RDS has no postgres as old as 7.4"),
        ("mysql", "8.0.35", "W9551", "RDS creates no new database with mysql 8.0.35, which is deprecated"),
        ("postgres", "16.4", "W9551", "RDS creates no new database with postgres 16.4"),
        ("postgres", "11.4", "W9551", "RDS creates no new database"),
        ("mysql", "9.7.1", "W9551", "unknown version '9.7.1' of mysql; the newest known one is 8.4."),
        ("mysql", "8.4.99", "W9551", "unknown version"),
        ("mysql", "99", "W9551", "unknown version"),
        ("postgres", "19.1", "W9551", "unknown version"),
        ("postgres", "17.99", "W9551", "unknown version"),
        ("mysql", "6.0", "W9551", "unknown version"),
        ("sqlserver-se", "99.00", "W9551", "unknown version"),
        ("mysql", "latest", "W9551", "unknown version 'latest'"),
    ],
)
def test_a_version_that_rds_does_not_create_is_reported(
    checked: Checked, engine: str, version: str, rule: str, says: str
) -> None:
    [finding] = database(checked, engine, version=version)
    assert (finding.id, finding.path) == (rule, (1, "value"))
    assert says in finding.message


@pytest.mark.parametrize(
    ("engine", "version"),
    [
        *DEFAULT_VERSIONS.items(),
        ("mysql", "8.4"),
        ("mysql", "8.0"),
        ("mysql", "5.7"),
        ("mysql", " 8.4 "),
        ("MySQL", "8.4"),
        ("mysql", "5.7.44-rds.20250508"),
        ("mysql", "8.0.46-rds.20991231"),
        ("mysql", "{{resolve:ssm:/version}}"),
        ("mysql", None),
        ("mysql", ""),
        ("postgres", "17"),
        ("postgres", "11.22-rds.20241121"),
        ("mariadb", "10.11"),
        ("mariadb", "11.4.5"),
        ("sqlserver-ex", "15.00"),
        ("sqlserver-web", "15.00.4073.23.v1"),
        ("oracle-se2", "19.0.0.0.ru-2024-01.rur-2024-01.r1"),
        ("oracle-ee-cdb", "21"),
    ],
)
def test_a_version_that_rds_creates_or_that_is_not_known_at_all_is_accepted(
    checked: Checked, engine: str, version: str | None
) -> None:
    assert database(checked, engine, version=version) == []


@pytest.mark.parametrize(
    ("engine", "says"),
    [
        ("postgresql", "did you mean 'postgres'?"),
        ("oracle-se1", "did you mean"),
        ("aurora-mysql", "'aurora-mysql' is no engine of RDS that Elastic Beanstalk couples"),
    ],
)
def test_an_engine_that_rds_does_not_list_is_reported(checked: Checked, engine: str, says: str) -> None:
    [finding] = database(checked, engine, version="99", user="admin")
    assert (finding.id, finding.path) == ("W9505", (0, "value"))
    assert says in finding.message


def test_an_engine_that_is_not_known_yet_is_not_assumed(checked: Checked) -> None:
    incomplete = Context("web", "ecs-al2023", complete=False)
    assert checked((DATABASE, "DBEngineVersion", "17.11"), context=incomplete) == []
    [finding] = checked((DATABASE, "DBEngineVersion", "17.11"))
    assert "of mysql RDS offers" in finding.message, "EB's default engine"


@pytest.mark.parametrize(
    ("engine", "version", "kind", "rule", "says"),
    [
        ("mysql", "8.4.11", "db.m1.small", "E9552", "RDS has retired db.m1; use db.t3"),
        ("mysql", "5.7", "db.m2.xlarge", "E9552", "RDS has retired db.m2"),
        ("postgres", "17", "db.t1.micro", "E9552", "RDS has retired db.t1"),
        ("postgres", "17.11", "db.r3.large", "E9552", "RDS has retired db.r3"),
        ("mysql", "8.4.11", "db.t2.micro", "E9552", "RDS has no db.t2 for mysql 8.4.11"),
        ("mysql", "8.0", "db.t2.small", "E9552", "RDS has no db.t2 for mysql 8.0"),
        ("postgres", "17", "db.r4.large", "E9552", "RDS has no db.r4 for postgres 17"),
        ("mariadb", "10.11.6", "db.t2.micro", "E9552", "RDS has no db.t2 for mariadb"),
        ("mysql", "8.4.11", "db.zz9.plural", "W9552", "unknown family of instance classes in 'db.zz9.plural'"),
        ("mysql", "8.4.11", "db.m10g.large", "W9552", "unknown family"),
        ("mysql", "8.4.11", "db.t3a.micro", "W9552", "did you mean 'db.t3.micro'?"),
        ("postgres", "17.11", "db.t3.huge", "W9552", "unknown size in 'db.t3.huge'; db.t3 has 2xlarge, large, medium"),
        ("oracle-se2", "19", "db.t4g.micro", "W9552", "RDS does not list db.t4g for oracle-se2"),
        ("sqlserver-ex", "15.00", "db.t2.micro", "W9552", "db.t2 is of a previous generation"),
    ],
)
def test_a_class_that_rds_does_not_have_is_reported(
    checked: Checked, engine: str, version: str, kind: str, rule: str, says: str
) -> None:
    [finding] = database(checked, engine, version=version, kind=kind)
    assert (finding.id, finding.path) == (rule, (2, "value"))
    assert says in finding.message


@pytest.mark.parametrize(
    ("engine", "version", "kind"),
    [
        ("mysql", "8.4.11", "db.t3.micro"),
        ("mysql", "8.4", "db.m9g.large"),
        ("postgres", "17", "db.t4g.medium"),
        ("mysql", "5.7", "db.t2.micro"),
        ("mysql", None, "db.t2.micro"),
        ("postgres", "17.11", "db.x2idn.16xlarge"),
        ("oracle-ee", "19", "db.r5.large.tpc1.mem2x"),
        ("postgres", "17.11", None),
    ],
)
def test_a_class_that_rds_has_is_accepted(checked: Checked, engine: str, version: str | None, kind: str | None) -> None:
    assert database(checked, engine, version=version, kind=kind) == []


@pytest.mark.parametrize(
    ("engine", "user", "rule", "says"),
    [
        ("postgres", "admin", "E9553", "RDS refuses 'admin' as the master user of postgres: the name is reserved"),
        ("postgres", "Admin", "W9553", "RDS refuses 'admin'"),
        ("postgres", "rdsadmin", "E9553", "RDS refuses 'rdsadmin'"),
        ("mysql", "rdsadmin", "E9553", "RDS refuses 'rdsadmin'"),
        ("oracle-se2", "rdsadmin", "E9553", "RDS refuses 'rdsadmin'"),
        ("postgres", "pg_dba", "E9553", "postgres reserves names that begin with pg_"),
        ("mysql", "1shop", "E9553", "does not consist of letters, digits and _, a letter first"),
        ("mysql", "shop-app", "E9553", "does not consist of"),
        ("mysql", "_shop", "E9553", "does not consist of"),
        ("postgres", "müller", "E9553", "does not consist of"),
        ("mysql", 33 * "a", "E9553", "has 33 characters; mysql takes at most 32"),
        ("mariadb", 17 * "a", "E9553", "mariadb takes at most 16"),
        ("postgres", 64 * "a", "E9553", "postgres takes at most 63"),
        ("postgres", "user", "W9553", "'user' is a reserved word of postgres"),
        ("postgres", "TABLE", "W9553", "is a reserved word"),
        ("postgres", "public", "W9553", "is a reserved word"),
        ("postgres", "none", "W9553", "is a reserved word"),
        ("mysql", "group", "W9553", "'group' is a reserved word of mysql"),
        ("postgres", "rdsrepladmin", "W9553", "is a user that RDS itself creates in postgres"),
        ("postgres", "rds_superuser", "W9553", "is a user that RDS itself creates in postgres"),
        ("postgres", 63 * "a", "W9553", "has 63 characters; RDS documents at most 16"),
        ("mysql", 32 * "a", "W9553", "has 32 characters; RDS documents at most 16"),
        ("postgres", 17 * "a", "W9553", "has 17 characters; RDS documents at most 16"),
    ],
)
def test_a_user_that_rds_may_refuse_is_reported(checked: Checked, engine: str, user: str, rule: str, says: str) -> None:
    [finding] = database(checked, engine, user=user)
    assert (finding.id, finding.path) == (rule, (1, "value"))
    assert says in finding.message


@pytest.mark.parametrize(
    ("engine", "user"),
    [
        ("mysql", "admin"),
        ("mysql", "root"),
        ("mysql", "user"),
        ("mysql", "ebroot"),
        ("mysql", 16 * "a"),
        ("mariadb", 16 * "a"),
        ("postgres", "postgres"),
        ("postgres", "root"),
        ("postgres", "app_user"),
        ("postgres", "pgadmin"),
        ("mysql", "pg_dba"),
        ("mysql", "{{resolve:ssm:/user}}"),
        ("sqlserver-ex", "admin"),
    ],
)
def test_other_users_are_accepted(checked: Checked, engine: str, user: str) -> None:
    assert database(checked, engine, user=user) == []


def test_an_unknown_engine_has_its_own_finding_alone(checked: Checked) -> None:
    [finding] = database(checked, "mysql8", version="8.4", user="group")
    assert finding.id == "W9505"
    assert {one.id for one in database(checked, "mysql8", kind="db.t2.micro")} == {"W9505", "W9552"}


def test_a_database_that_was_decoupled_is_not_judged(checked: Checked) -> None:
    old = ((DATABASE, "DBEngine", "mysql"), (DATABASE, "DBEngineVersion", "5.6"))
    assert checked(*old, (DATABASE, "HasCoupledDatabase", "false")) == []
    assert [found.id for found in checked(*old)] == ["W9551"]


def test_of_a_version_that_is_not_known_no_class_is_known(checked: Checked) -> None:
    [finding] = database(checked, version="99", kind="db.t2.micro")
    assert finding.id == "W9551"


def test_the_defaults_of_a_configuration_are_current() -> None:
    for engine, version in DEFAULT_VERSIONS.items():
        assert version in kept("rds")["versions"][engine]["current"]
