"""The database, the load balancer, its health check and the volumes of an environment."""

from __future__ import annotations

from tests.config.conftest import case

CASES = (
    case(
        "a database variable from an unknown name",
        "RDS_HOSTNAME",
        "RDS_HOST",
        "26:24: database.variables.DB_HOST: expected 'RDS_HOSTNAME', 'RDS_PORT', 'RDS_DB_NAME', "
        "'RDS_USERNAME' or 'RDS_PASSWORD', found 'RDS_HOST'; did you mean 'RDS_HOSTNAME'?",
    ),
    case(
        "a database variable that no shell takes",
        "DB_HOST",
        "DB-HOST",
        "26:15: database.variables.DB-HOST: "
        "invalid key: expected letters, digits and _, no digit first, found 'DB-HOST'",
    ),
    case(
        "a database variable that a container sets as well",
        "{MODE: fast}",
        "{DB_HOST: local}",
        "16:28: containers.web.environment.DB_HOST: both `database.variables` and `containers.web.environment` set "
        "this variable",
    ),
    case(
        "a database variable that a secret sets as well",
        "    environment: {MODE: fast}\n  worker:\n",
        '    secrets: {DB_HOST: "arn:aws:ssm:eu-west-1:1:p"}\n  worker:\n',
        "16:24: containers.web.secrets.DB_HOST: both `database.variables` and `containers.web.secrets` set this "
        "variable",
        "16:24: containers.web.secrets.DB_HOST: secrets need an `execution_role_arn`, a role that may read them",
    ),
    case(
        "a database variable that a property sets as well",
        "{LEVEL: info}",
        "{DB_HOST: local}",
        "21:23: properties.DB_HOST: both `database.variables` and `properties` set this variable",
    ),
    case(
        "a database variable that a raw option sets as well",
        "properties: {LEVEL: info}",
        'options: {"aws:elasticbeanstalk:application:environment": {DB_HOST: local}}',
        "21:69: options.aws:elasticbeanstalk:application:environment.DB_HOST: both `database.variables` and "
        "`options.aws:elasticbeanstalk:application:environment` set this variable",
    ),
    case(
        "database variables without bootstrap",
        "    bootstrap: true\n    migrate: [migrate, --now]\n",
        "",
        "24:14: database.variables: no container has `bootstrap: true`, so nothing would set `database.variables`",
    ),
    case(
        "protection of an environment whose database would be deleted",
        "database:\n  engine: mysql\n",
        "deletion_protection: true\ndatabase:\n  engine: mysql\n  deletion_policy: Delete\n",
        "27:20: database.deletion_policy: `deletion_protection` is for data that is to last, and "
        "this deletes it; write Snapshot or Retain",
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
        "'Immutable' or 'TrafficSplitting', found 'rolling'; did you mean 'Rolling'?",
    ),
    case(
        "an unknown load balancer",
        "properties: {LEVEL: info}",
        "properties: {LEVEL: info}\nload_balancer: {type: alb}",
        "22:23: load_balancer.type: expected 'application', 'network', 'classic' or 'none', found 'alb'; did you mean "
        "'application'?",
    ),
    case(
        "a port of an instance without a load balancer",
        "{min: 1, max: 2}\ndeployment: {policy: Rolling}",
        "{max: 1}\nload_balancer: {type: none, port: 8080}",
        "23:35: load_balancer.port: without a load balancer requests cannot reach port 8080: EB opens 80 alone",
    ),
    case(
        "a health check that takes as long as its interval",
        "properties: {LEVEL: info}",
        "properties: {LEVEL: info}\nhealth_check: {interval: 5}",
        "22:26: health_check.interval: A target group's timeout must be shorter than its interval "
        "(HealthCheckTimeout is '5', "
        "HealthCheckInterval is '5', LoadBalancerType is 'application')",
    ),
    case(
        "a health check's timeout that is the interval by default",
        "properties: {LEVEL: info}",
        "properties: {LEVEL: info}\nhealth_check: {timeout: 15}",
        "22:25: health_check.timeout: A target group's timeout must be shorter than its interval "
        "(HealthCheckTimeout is '15', "
        "HealthCheckInterval is '15', LoadBalancerType is 'application')",
    ),
    case(
        "a health check's path without its slash",
        "properties: {LEVEL: info}",
        "properties: {LEVEL: info}\nhealth_check: {path: todos}",
        "22:22: health_check.path: expected a path that starts with /, percent-encoded where needed, found 'todos'",
    ),
    case(
        "a health check's codes as a number",
        "properties: {LEVEL: info}",
        "properties: {LEVEL: info}\nhealth_check: {codes: 200}",
        '22:23: health_check.codes: expected a string, found 200; write "200" in quotes',
    ),
    *(
        case(
            f"a health check's codes {codes}",
            "properties: {LEVEL: info}",
            f"properties: {{LEVEL: info}}\nhealth_check: {{codes: '{codes}'}}",
            f"22:23: health_check.codes: HTTP codes must be ascending, between 200 and 499 "
            f"(MatcherHTTPCode is '{codes}', "
            "LoadBalancerType is 'application')",
        )
        for codes in ("199", "200,500", "299-200", "200-299,400-503")
    ),
    case(
        "a health check's codes in a chain",
        "properties: {LEVEL: info}",
        "properties: {LEVEL: info}\nhealth_check: {codes: 200-300-400}",
        "22:23: health_check.codes: expected HTTP codes such as '200', '200,301' or '200-299', found '200-300-400'",
    ),
    case(
        "a health check of one second",
        "properties: {LEVEL: info}",
        "properties: {LEVEL: info}\nhealth_check: {timeout: 1}",
        "22:25: health_check.timeout: must be at least 2, found 1",
    ),
    *(
        case(
            f"a network load balancer's interval of {seconds} seconds",
            "properties: {LEVEL: info}",
            f"properties: {{LEVEL: info}}\nload_balancer: {{type: network}}\nhealth_check: {{interval: {seconds}}}",
            "23:26: health_check.interval: A Network Load Balancer checks every 10 or 30 seconds "
            f"(HealthCheckInterval is '{seconds}', LoadBalancerType is 'network')",
        )
        for seconds in (5, 15)
    ),
    case(
        "a network load balancer's thresholds",
        "properties: {LEVEL: info}",
        "properties: {LEVEL: info}\nload_balancer: {type: network}\nhealth_check: {healthy_threshold: 2}",
        "23:35: health_check.healthy_threshold: With a Network Load Balancer both thresholds must be the same number "
        "(HealthyThresholdCount is '2', UnhealthyThresholdCount is '5', LoadBalancerType is 'network')",
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
    *(
        case(
            f"an owner of {path}",
            "{owner: 1000}",
            f"{{owner: 1000, host_path: {path}}}",
            f"6:36: volumes.public.host_path: {path} is a system folder; do not set `owner`",
        )
        for path in (
            *("/", "/bin", "/boot", "/dev/shm", "/etc", "/home", "/lib", "/lib64", "/opt", "/opt/aws", "/proc"),
            *("/opt/elasticbeanstalk", "/root/.ssh", "/run", "/sbin", "/sys", "/usr/local/x", "/var", "/var/cache"),
            *("/var/lib", "/var/lib/docker/volumes", "/var/lib/ecs", "/var/lib/ecs/data", "/var/log", "/var/run"),
            *("/var/spool",),
        )
    ),
    case(
        "an owner of the system by a detour",
        "{owner: 1000}",
        "{owner: 0, host_path: //srv/../etc/}",
        "6:33: volumes.public.host_path: /etc is a system folder; do not set `owner`",
    ),
    case(
        "an owner of the bundle",
        "{owner: 1000}",
        "{owner: 1000, host_path: /var/app/current/public}",
        "6:36: volumes.public.host_path: EB replaces what is in /var/app in every deployment, so nothing there "
        "can have an `owner`",
    ),
    *(
        case(
            f"a path of Beanstack's own, {path}",
            "{owner: 1000}",
            f"{{host_path: {path}}}",
            "6:23: volumes.public.host_path: Beanstack makes the folders in /var/app-data itself; leave `host_path` "
            "out",
        )
        for path in ("/var/app-data", "/var/app-data/shop", "/var/app-data/shop/beanstack-pending")
    ),
    case(
        "two volumes of one folder",
        "{owner: 1000}",
        "{host_path: /srv/shop}\n  again: {host_path: /srv//shop/}",
        "7:22: volumes.again.host_path: /srv/shop is the volume 'public' already",
    ),
    case(
        "a volume in another that has an owner",
        "{owner: 1000}",
        "{host_path: /srv/shop/public}\n  all: {host_path: /srv/shop, owner: 1000}",
        "6:23: volumes.public.host_path: /srv/shop/public lies in the volume 'all', which has an `owner` of its own",
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
