"""What the sections of an environment must be, and be together."""

from __future__ import annotations

from tests.config.conftest import case

CASES = (
    case(
        "another tier",
        "instance_types: [t3.medium, t3.nano]",
        "instance_types: [t3.medium, t3.nano]\ntier: worker",
        "4:7: tier: expected 'web', found 'worker'",
    ),
    case(
        "no container",
        'containers:\n  web:\n    memory: 128\n    command: [serve, --all]\n    ports: ["80:8000"]\n    '
        'mounts: ["public:/public"]\n    user: 1000\n    bootstrap: true\n    migrate: [migrate, --now]\n   '
        " environment: {MODE: fast}\n  worker:\n    essential: false\n    memory_reservation: 64\n    "
        "image: example.org/worker:2.0\n",
        "containers: {}\n",
        "7:13: containers: needs at least 1 entry, has none",
    ),
    case(
        "a missing list of containers",
        'containers:\n  web:\n    memory: 128\n    command: [serve, --all]\n    ports: ["80:8000"]\n    '
        'mounts: ["public:/public"]\n    user: 1000\n    bootstrap: true\n    migrate: [migrate, --now]\n   '
        " environment: {MODE: fast}\n  worker:\n    essential: false\n    memory_reservation: 64\n    "
        "image: example.org/worker:2.0\n",
        "",
        "1:1: containers: is missing",
    ),
    case(
        "no essential container",
        "    memory: 128",
        "    memory: 128\n    essential: false",
        "8:3: containers: no container is essential, so nothing would keep the application running",
    ),
    case(
        "instance types of two architectures",
        "[t3.medium, t3.nano]",
        "[t3.medium, t4g.nano]",
        "3:29: instance_types.1: t4g.nano is arm64, t3.medium x86_64; EB takes one of the two",
    ),
    case(
        "no container on the load balancer's port",
        '"80:8000"',
        '"81:8000"',
        '8:3: containers: no container maps host port 80, where requests arrive; give one of them a port "80:..."',
    ),
    case(
        "no container on the load balancer's own port",
        "properties: {LEVEL: info}",
        "properties: {LEVEL: info}\nload_balancer: {port: 8080}",
        '8:3: containers: no container maps host port 8080, where requests arrive; give one of them a port "8080:..."',
    ),
    case(
        "no container on the load balancer's port over TCP",
        '"80:8000"',
        '"80:8000/udp"',
        '8:3: containers: no container maps host port 80, where requests arrive; give one of them a port "80:..."',
    ),
    case("no instance ever", "{min: 1, max: 2}", "{min: 0, max: 0}", "22:24: scaling.max: must be at least 1, found 0"),
    case(
        "min above max",
        "{min: 1, max: 2}",
        "{min: 3, max: 2}",
        "22:16: scaling.min: The minimum of a group cannot exceed its maximum (MinSize is '3', MaxSize is '2')",
    ),
    case(
        "min above the default max",
        "{min: 1, max: 2}",
        "{min: 5}",
        "22:16: scaling.min: The minimum of a group cannot exceed its maximum (MinSize is '5', MaxSize is '4')",
    ),
    case(
        "max of more than one without a load balancer",
        "deployment: {policy: Rolling}",
        "load_balancer: {type: none}",
        "22:24: scaling.max: `scaling.max` is 2, but `load_balancer.type: none` runs one instance",
    ),
    case(
        "batches without a load balancer",
        "{min: 1, max: 2}",
        "{min: 1, max: 1}\nload_balancer: {type: none}",
        "24:22: deployment.policy: Rolling needs a load balancer; one instance has no batches",
    ),
    case(
        "a percentage above 100",
        "{policy: Rolling}",
        "{policy: Rolling, batch_size: 101}",
        "23:43: deployment.batch_size: A percentage cannot exceed 100 "
        "(BatchSize is '101', BatchSizeType is 'Percentage')",
    ),
    case(
        "an image without a tag",
        "example.org/shop:1.0",
        "example.org/shop",
        "4:8: image: the image 'example.org/shop' has no tag or digest, so that what it runs is not "
        "determined; add one",
    ),
    case(
        "an image with the tag latest",
        "example.org/shop:1.0",
        "example.org/shop:latest",
        "4:8: image: the tag 'latest' means another image tomorrow; name a version or a digest",
    ),
    case(
        "a platform of the Amazon Linux AMI",
        "ECS running on 64bit Amazon Linux 2023/4.7.7",
        "Multi-container Docker running on 64bit Amazon Linux/2.26.0",
        "2:11: platform: 'Multi-container Docker running on 64bit Amazon Linux/2.26.0' cannot be used: "
        "it was retired on 2022-07-18; write 'ECS running on 64bit Amazon Linux 2023/4.7.7'",
    ),
    case(
        "a platform of Amazon Linux 2",
        "ECS running on 64bit Amazon Linux 2023/4.7.7",
        "ECS running on 64bit Amazon Linux 2/3.2.0",
        "2:11: platform: 'ECS running on 64bit Amazon Linux 2/3.2.0' cannot be used: it was "
        "retired on 2026-08-06; write 'ECS running on 64bit Amazon Linux 2023/4.7.7'",
    ),
    case(
        "a platform without ECS",
        "ECS running on 64bit Amazon Linux 2023/4.7.7",
        "Docker running on 64bit Amazon Linux 2023/4.7.7",
        "2:11: platform: 'Docker running on 64bit Amazon Linux 2023/4.7.7' cannot be used: its branch "
        "does not run ECS; write 'ECS running on 64bit Amazon Linux 2023/4.7.7'",
    ),
    case(
        "a platform without a version",
        "ECS running on 64bit Amazon Linux 2023/4.7.7",
        "ECS running on 64bit Amazon Linux 2023",
        "2:11: platform: expected a platform as branch/version, such as 'ECS running on 64bit Amazon "
        "Linux 2023/4.7.7'; found 'ECS running on 64bit Amazon Linux 2023'",
    ),
    case(
        "a platform of two numbers",
        "ECS running on 64bit Amazon Linux 2023/4.7.7",
        "ECS running on 64bit Amazon Linux 2023/4.7",
        "2:11: platform: expected a version of three numbers behind the slash, such as 'ECS running on "
        "64bit Amazon Linux 2023/4.7.7'; found 'ECS running on 64bit Amazon Linux 2023/4.7'",
    ),
    case(
        "a solution stack's name",
        "ECS running on 64bit Amazon Linux 2023/4.7.7",
        "64bit Amazon Linux 2023 v4.7.7 running ECS",
        "2:11: platform: expected a platform as branch/version, such as 'ECS running on 64bit Amazon "
        "Linux 2023/4.7.7'; found '64bit Amazon Linux 2023 v4.7.7 running ECS'",
    ),
    case(
        "a number instead of a property",
        "{LEVEL: info}",
        "{LEVEL: 8.4}",
        '21:21: properties.LEVEL: expected a string, found 8.4; write "8.4" in quotes',
    ),
    case(
        "a bad name of a property",
        "{LEVEL: info}",
        "{LE VEL: info}",
        "21:14: properties.LE VEL: invalid key: expected 1 to 128 letters, digits and _ . : / + \\ @ -, found 'LE VEL'",
    ),
    case(
        "a password",
        "{LEVEL: info}",
        "{LEVEL: info, DB_PASSWORD: hunter2}",
        "21:40: properties.DB_PASSWORD: looks like a secret; take it from "
        "{{resolve:secretsmanager:...}}, or list 'DB_PASSWORD' in `not_secret`",
    ),
    case(
        "a URL with a password",
        "{LEVEL: info}",
        '{LEVEL: info, DATABASE: "postgres://shop:hunter2@db/shop"}',
        "21:37: properties.DATABASE: looks like a secret; take it from "
        "{{resolve:secretsmanager:...}}, or list 'DATABASE' in `not_secret`",
    ),
    case(
        "a secret",
        "{LEVEL: info}",
        "{LEVEL: info, SECRETS: hunter2}",
        "21:36: properties.SECRETS: looks like a secret; take it from {{resolve:secretsmanager:...}}, "
        "or list 'SECRETS' in `not_secret`",
    ),
    case(
        "a token",
        "{LEVEL: info}",
        "{LEVEL: info, auth_token: hunter2}",
        "21:39: properties.auth_token: looks like a secret; take it from "
        "{{resolve:secretsmanager:...}}, or list 'auth_token' in `not_secret`",
    ),
    case(
        "a key",
        "{LEVEL: info}",
        "{LEVEL: info, API_KEY: hunter2}",
        "21:36: properties.API_KEY: looks like a secret; take it from {{resolve:secretsmanager:...}}, "
        "or list 'API_KEY' in `not_secret`",
    ),
    case(
        "a secret among the options",
        "properties: {LEVEL: info}",
        'properties: {LEVEL: info}\noptions: {"aws:elasticbeanstalk:application:environment": {API_KEY: hunter2}}',
        "22:69: options.aws:elasticbeanstalk:application:environment.API_KEY: looks like a secret; take "
        "it from {{resolve:secretsmanager:...}}, or list 'API_KEY' in `not_secret`",
    ),
    case(
        "a reference with a secret behind it",
        "{LEVEL: info}",
        "{API_KEY: '{{resolve:ssm:a}}hunter2'}",
        "21:23: properties.API_KEY: looks like a secret; take it from {{resolve:secretsmanager:...}}, or list "
        "'API_KEY' in `not_secret`",
    ),
    case(
        "half a reference",
        "{LEVEL: info}",
        "{API_KEY: '{{resolve:'}",
        "21:23: properties.API_KEY: looks like a secret; take it from {{resolve:secretsmanager:...}}, or list "
        "'API_KEY' in `not_secret`",
    ),
    case(
        "more than one instance without a load balancer, of which nobody wrote the most",
        "{min: 1, max: 2}\ndeployment: {policy: Rolling}",
        "{min: 2}\nload_balancer: {type: none}",
        "22:16: scaling.min: `scaling.min` is 2, but `load_balancer.type: none` runs one instance",
    ),
    case(
        "TrafficSplitting with a migration among the options",
        "deployment: {policy: Rolling}",
        'options: {"aws:elasticbeanstalk:command": {DeploymentPolicy: TrafficSplitting}}',
        "23:62: options.aws:elasticbeanstalk:command.DeploymentPolicy: EB elects no leader with TrafficSplitting, "
        "so the migration would never run",
    ),
    case(
        "batches among the options without a load balancer",
        "{min: 1, max: 2}\ndeployment: {policy: Rolling}",
        '{max: 1}\nload_balancer: {type: none}\noptions: {"aws:elasticbeanstalk:command": {DeploymentPolicy: Rolling}}',
        "24:62: options.aws:elasticbeanstalk:command.DeploymentPolicy: Rolling needs a load balancer; one instance "
        "has no batches",
    ),
    case(
        "no container on the port among the options",
        "properties: {LEVEL: info}",
        'properties: {LEVEL: info}\noptions: {"aws:elasticbeanstalk:environment:process:default": {Port: 8080}}',
        '8:3: containers: no container maps host port 8080, where requests arrive; give one of them a port "8080:..."',
    ),
    case(
        "no container on a classic load balancer's port among the options",
        "properties: {LEVEL: info}",
        'load_balancer: {type: classic}\noptions: {"aws:elb:listener": {InstancePort: 81}}',
        '8:3: containers: no container maps host port 81, where requests arrive; give one of them a port "81:..."',
    ),
    case(
        "a property among the options that the entry point may lose",
        "properties: {LEVEL: info}",
        'properties: {LEVEL: info}\noptions: {"aws:elasticbeanstalk:application:environment": {LEVEL.A: info}}',
        "22:60: options.aws:elasticbeanstalk:application:environment.LEVEL.A: the entry point of 'web' may lose the "
        "name 'LEVEL.A'; use letters, digits and _",
    ),
    case(
        "a secret instead of its ARN",
        "properties: {LEVEL: info}",
        "execution_role_arn: arn:aws:iam::111122223333:role/execution\n"
        'options: {"aws:elasticbeanstalk:application:environmentsecrets": {COLOUR: red}}',
        "22:75: options.aws:elasticbeanstalk:application:environmentsecrets.COLOUR: COLOUR is something, not the ARN"
        " of a secret of Secrets Manager or of a parameter of Parameter Store",
    ),
    case(
        "secrets that ECS may not read",
        "properties: {LEVEL: info}",
        'options: {"aws:elasticbeanstalk:application:environmentsecrets": {API_KEY: "arn:aws:ssm:eu-west-1:1:p"}}',
        "21:11: options.aws:elasticbeanstalk:application:environmentsecrets: ECS needs `executionRoleArn`, a role "
        "that may read these secrets, to hand them to containers (aws:elasticbeanstalk:application:environmentsecrets)",
    ),
    case(
        "an option that is a list",
        "properties: {LEVEL: info}",
        'properties: {LEVEL: info}\noptions: {"aws:autoscaling:asg": {Cooldown: [1]}}',
        "22:45: options.aws:autoscaling:asg.Cooldown: expected a string, found a list",
    ),
    case(
        "a namespace that is no mapping",
        "properties: {LEVEL: info}",
        'properties: {LEVEL: info}\noptions: {"aws:autoscaling:asg": 1}',
        "22:34: options.aws:autoscaling:asg: expected a mapping, found 1",
    ),
    case(
        "a smoke test of an address instead of a path",
        "properties: {LEVEL: info}",
        "smoke_test: [{path: http://shop/}]",
        "21:21: smoke_test.0.path: expected a path that starts with /, percent-encoded where needed, "
        "found 'http://shop/'",
    ),
    case(
        "a smoke test without a path",
        "properties: {LEVEL: info}",
        "smoke_test: [{status: 200}]",
        "21:14: smoke_test.0.path: is missing",
    ),
    case(
        "a status that nothing answers",
        "properties: {LEVEL: info}",
        "smoke_test: [{path: /, status: 20}]",
        "21:32: smoke_test.0.status: must be at least 200, found 20",
    ),
    case(
        "a health that no deployment may end with",
        "deployment: {policy: Rolling}",
        "deployment: {accepted_health: Severe}",
        "23:31: deployment.accepted_health: expected 'Ok', 'Info' or 'Warning', found 'Severe'",
    ),
    case(
        "two documents on health",
        "deployment: {policy: Rolling}",
        "deployment: {ignore_4xx: true}\n"
        "options: {'aws:elasticbeanstalk:healthreporting:system': {ConfigDocument: '{}'}}",
        "23:26: deployment.ignore_4xx: `options` sets ConfigDocument, which this key becomes; write the rules on 4xx "
        "there, or remove it",
    ),
    case(
        "a tag of EB's own",
        "properties: {LEVEL: info}",
        "properties: {LEVEL: info}\ntags: {Name: shop}",
        "22:8: tags.Name: EB and AWS set this tag themselves",
    ),
    case(
        "a tag without a name",
        "properties: {LEVEL: info}",
        'properties: {LEVEL: info}\ntags: {"": shop}',
        "22:8: tags.: a tag's name has 1 to 127 characters, this one 0",
    ),
)
