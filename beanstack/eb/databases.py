"""The engines of a coupled database that Beanstack offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# For environments that name no version. They never change: EB refuses another version once the database exists
# (https://github.com/aws/elastic-beanstalk-roadmap/issues/291), so a newer default would break every update.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html
# https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html
DEFAULT_VERSIONS: Mapping[str, str] = {"mysql": "8.4.11", "postgres": "17.11"}
COUPLED = "AWSEBRDSDatabase"  # the logical ID of a coupled database in EB's own stack
NAME = "ebdb"  # what EB calls every coupled database
# RDS's own, which EB leaves as they are.
PORTS: Mapping[str, int] = {"mysql": 3306, "postgres": 5432}
# How many numbers of a version name a release that gets only fixes: 8.4 of MySQL, 17 of PostgreSQL.
RELEASE_PARTS: Mapping[str, int] = {"mysql": 2, "postgres": 1, "mariadb": 2}


def release(engine: str) -> str:
    """Return the release that an engine's default version belongs to, as tags of its container image name it."""
    return ".".join(DEFAULT_VERSIONS[engine].split(".")[: RELEASE_PARTS[engine]])
