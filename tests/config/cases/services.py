"""The database, the load balancer, its health check and the volumes of an environment."""

from __future__ import annotations

from tests.config.conftest import case

CASES = (
    case(
        "a database variable from an unknown name",
        "RDS_HOSTNAME",
        "RDS_HOST",
        "26:24: database.variables.DB_HOST: expected 'RDS_HOSTNAME', 'RDS_PORT', 'RDS_DB_NAME', "
        "'RDS_USERNAME' or 'RDS_PASSWORD', found 'RDS_HOST'",
    ),
    case(
        "a database variable that no shell takes",
        "DB_HOST",
        "DB-HOST",
        "26:15: database.variables.DB-HOST: as a name: expected letters, digits and _, no digit first, found 'DB-HOST'",
    ),
    case(
        "a database variable that a container sets as well",
        "{MODE: fast}",
        "{DB_HOST: local}",
        "16:28: containers.web.environment.DB_HOST: both `database.variables` and the environment of 'web' set DB_HOST",
    ),
    case(
        "database variables without bootstrap",
        "    bootstrap: true\n    migrate: [migrate, --now]\n",
        "",
        "24:14: database.variables: no container has `bootstrap: true`, so nothing would set `database.variables`",
    ),
    case(
        "an unknown engine",
        "engine: mysql",
        "engine: oracle",
        "25:11: database.engine: expected 'mysql' or 'postgres', found 'oracle'",
    ),
    case(
        "a database too small",
        "engine: mysql",
        "engine: mysql\n  storage: 19",
        "26:12: database.storage: must be at least 20, found 19",
    ),
    case(
        "migrate with TrafficSplitting",
        "policy: Rolling",
        "policy: TrafficSplitting",
        "23:22: deployment.policy: EB elects no leader with TrafficSplitting, so the migration would never run",
    ),
    case(
        "an unknown policy",
        "policy: Rolling",
        "policy: rolling",
        "23:22: deployment.policy: expected 'AllAtOnce', 'Rolling', 'RollingWithAdditionalBatch', "
        "'Immutable' or 'TrafficSplitting', found 'rolling'",
    ),
    case(
        "an unknown load balancer",
        "properties: {LEVEL: info}",
        "properties: {LEVEL: info}\nload_balancer: {type: alb}",
        "22:23: load_balancer.type: expected 'application', 'network', 'classic' or 'none', found 'alb'",
    ),
    case(
        "a health check that takes as long as its interval",
        "properties: {LEVEL: info}",
        "properties: {LEVEL: info}\nhealth_check: {interval: 5}",
        "22:26: health_check.interval: timeout (5) must be shorter than interval (5)",
    ),
    case(
        "a health check's path without its slash",
        "properties: {LEVEL: info}",
        "properties: {LEVEL: info}\nhealth_check: {path: todos}",
        "22:22: health_check.path: expected a path that starts with /, found 'todos'",
    ),
    case(
        "a health check's codes as a number",
        "properties: {LEVEL: info}",
        "properties: {LEVEL: info}\nhealth_check: {codes: 200}",
        '22:23: health_check.codes: expected a string, found 200; write "200" in quotes',
    ),
    case(
        "a network load balancer's interval",
        "properties: {LEVEL: info}",
        "properties: {LEVEL: info}\nload_balancer: {type: network}\nhealth_check: {interval: 15}",
        "23:26: health_check.interval: a network load balancer checks every 10 or 30 seconds",
    ),
    case(
        "a network load balancer's thresholds",
        "properties: {LEVEL: info}",
        "properties: {LEVEL: info}\nload_balancer: {type: network}\nhealth_check: {healthy_threshold: 2}",
        "23:35: health_check.healthy_threshold: with a network load balancer both thresholds must be the same number",
    ),
    case(
        "a volume in /tmp",
        "{owner: 1000}",
        "{owner: 1000, host_path: /tmp/public}",
        "6:36: volumes.public.host_path: a volume below /tmp is emptied at every boot and daily; choose "
        "a path below /var",
    ),
    case(
        "a volume in /tmp by a detour",
        "{owner: 1000}",
        "{owner: 1000, host_path: /var/../tmp}",
        "6:36: volumes.public.host_path: a volume below /tmp is emptied at every boot and daily; choose "
        "a path below /var",
    ),
    case(
        "a volume in /tmp behind two slashes",
        "{owner: 1000}",
        "{owner: 1000, host_path: //tmp/public}",
        "6:36: volumes.public.host_path: a volume below /tmp is emptied at every boot and daily; choose "
        "a path below /var",
    ),
    case(
        "a volume with a name of Beanstack's",
        "volumes:\n",
        "volumes:\n  beanstack-bin: {}\n",
        "6:3: volumes.beanstack-bin: names that start with beanstack- or awseb- are taken",
    ),
    case(
        "an owner by name",
        "{owner: 1000}",
        "{owner: app}",
        "6:19: volumes.public.owner: expected a whole number, found 'app'",
    ),
)
