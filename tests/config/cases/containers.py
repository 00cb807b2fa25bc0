"""What a container must be to run: its memory, image, variables and start."""

from __future__ import annotations

from tests.config.conftest import case

CASES = (
    case(
        "memory below Docker's 6 MiB",
        "memory: 128",
        "memory: 5",
        "9:13: containers.web.memory: must be at least 6, found 5",
    ),
    case(
        "a reservation below Docker's 6 MiB",
        "memory_reservation: 64",
        "memory_reservation: 5",
        "19:25: containers.worker.memory_reservation: must be at least 6, found 5",
    ),
    case("no memory", "    memory: 128\n", "", "9:5: containers.web: needs `memory` or `memory_reservation`, in MiB"),
    case(
        "memory below its reservation",
        "memory: 128",
        "memory: 128\n    memory_reservation: 129",
        "9:13: containers.web.memory: `memory` (128) is below `memory_reservation` (129)",
    ),
    case(
        "more seconds to stop than ECS waits on Linux",
        "memory: 128",
        "memory: 128\n    stop_timeout: 121",
        "10:19: containers.web.stop_timeout: must be at most 120, found 121",
    ),
    case(
        "no second to stop",
        "memory: 128",
        "memory: 128\n    stop_timeout: 0",
        "10:19: containers.web.stop_timeout: must be at least 1, found 0",
    ),
    case(
        "more reserved than an instance has",
        "memory: 128",
        "memory: 423",
        "8:3: containers: the containers reserve 487 MiB, more than the 486 MiB that a t3.nano has for them",
    ),
    case(
        "more reserved than the smallest instance has",
        "image: example.org/worker:2.0",
        "image: example.org/worker:2.0\n  third: {memory: 295}",
        "8:3: containers: the containers reserve 487 MiB, more than the 486 MiB that a t3.nano has for them",
    ),
    case(
        "an image without a tag",
        "example.org/worker:2.0",
        "example.org/worker",
        "20:12: containers.worker.image: the image 'example.org/worker' has no tag or digest, so that "
        "what it runs is not determined; add one",
    ),
    case(
        "the tag latest",
        "example.org/worker:2.0",
        "example.org/worker:latest",
        "20:12: containers.worker.image: the tag 'latest' means another image tomorrow; name a version or a digest",
    ),
    case(
        "an image that is none",
        "example.org/worker:2.0",
        "example.org/Worker:2.0",
        "20:12: containers.worker.image: not an image reference: 'example.org/Worker:2.0'; expected "
        "[registry/]repository:tag or @sha256:digest",
    ),
    case(
        "no image at all",
        "image: example.org/shop:1.0\n",
        "",
        "8:5: containers.web: 'web' has no `image`",
    ),
    case(
        "a password",
        "{MODE: fast}",
        "{DB_PASSWORD_1: hunter2}",
        "16:34: containers.web.environment.DB_PASSWORD_1: looks like a secret; take it from `secrets` "
        "of the container, or list 'DB_PASSWORD_1' in `not_secret`",
    ),
    case(
        "a secret",
        "{MODE: fast}",
        "{client_secret: hunter2}",
        "16:34: containers.web.environment.client_secret: looks like a secret; take it from `secrets` "
        "of the container, or list 'client_secret' in `not_secret`",
    ),
    case(
        "a token",
        "{MODE: fast}",
        "{TOKENS: hunter2}",
        "16:27: containers.web.environment.TOKENS: looks like a secret; take it from `secrets` of the "
        "container, or list 'TOKENS' in `not_secret`",
    ),
    case(
        "a key",
        "{MODE: fast}",
        "{API_KEY: hunter2}",
        "16:28: containers.web.environment.API_KEY: looks like a secret; take it from `secrets` of the "
        "container, or list 'API_KEY' in `not_secret`",
    ),
    case(
        "a secret among the options of logging",
        "{MODE: fast}",
        "{MODE: fast}\n    log_configuration: {log_driver: splunk, options: {splunk-url: 'https://s', "
        "splunk-token: hunter2}}",
        "17:94: containers.web.log_configuration.options.splunk-token: looks like a secret; take it from "
        "`secret_options`, or list 'splunk-token' in `not_secret`",
    ),
    case(
        "a secret among the labels",
        "{MODE: fast}",
        "{MODE: fast}\n    docker_labels: {api_token: hunter2}",
        "17:32: containers.web.docker_labels.api_token: looks like a secret; take it from `secrets` of the "
        "container, or list 'api_token' in `not_secret`",
    ),
    case(
        "a uid that no user can have",
        "user: 1000",
        "user: 4294967295",
        "13:11: containers.web.user: a uid or gid is at most 4294967294, found '4294967295'",
    ),
    case(
        "a gid that no group can have",
        "user: 1000",
        "user: 1000:99999999999",
        "13:11: containers.web.user: a uid or gid is at most 4294967294, found '1000:99999999999'",
    ),
    case(
        "a secret in a place where nothing resolves it",
        "{MODE: fast}",
        '{MODE: "{{resolve:ssm:mode}}"}',
        "16:25: containers.web.environment.MODE: CloudFormation resolves references in `properties`, "
        "`options` and `tags` only; use them or `secrets`",
    ),
    case(
        "bootstrap without a command",
        "    command: [serve, --all]\n",
        "",
        "13:16: containers.web.bootstrap: `bootstrap` needs a `command`: its entry point replaces the "
        "image's own start",
    ),
    case(
        "bootstrap without a user",
        "    user: 1000\n",
        "",
        "13:16: containers.web.bootstrap: `bootstrap` needs a numeric `user`, the one that may see the "
        "pending migration",
    ),
    case(
        "bootstrap without anything that it needs",
        "image: example.org/worker:2.0",
        "image: example.org/worker:2.0\n  third: {bootstrap: true}",
        "21:10: containers.third: needs `memory` or `memory_reservation`, in MiB",
        "21:22: containers.third.bootstrap: `bootstrap` needs a `command`: its entry point replaces the image's own "
        "start",
        "21:22: containers.third.bootstrap: `bootstrap` needs a numeric `user`, the one that may see the pending "
        "migration",
    ),
    case(
        "bootstrap with a user's name",
        "user: 1000",
        "user: app",
        "13:11: containers.web.user: `bootstrap` needs a numeric `user`, the one that may see the pending migration",
    ),
    case(
        "bootstrap with two users",
        "essential: false",
        "essential: false\n    bootstrap: true\n    command: [work]\n    user: 1001",
        "21:11: containers.worker.user: bootstrapped containers share one user; 'web' has 1000, 'worker' 1001",
    ),
    case(
        "migrate without bootstrap",
        "image: example.org/worker:2.0",
        "image: example.org/worker:2.0\n  third: {memory: 6, migrate: [migrate]}",
        "21:31: containers.third.migrate: 'web' and 'third' both migrate; one container can",
        "21:31: containers.third.migrate: `migrate` needs `bootstrap: true`: Beanstack's entry point runs it",
    ),
    case(
        "migrate twice",
        "essential: false",
        "essential: false\n    bootstrap: true\n    command: [work]\n    user: 1000\n    migrate: [migrate]",
        "22:14: containers.worker.migrate: 'web' and 'worker' both migrate; one container can",
    ),
    case(
        "an unknown resource limit",
        "environment: {MODE: fast}",
        "environment: {MODE: fast}\n    ulimits: {files: {soft: 1, hard: 1}}",
        "17:15: containers.web.ulimits.files: invalid key: expected 'core', 'cpu', 'data', 'fsize', "
        "'locks', 'memlock', 'msgqueue', 'nice', 'nofile', 'nproc', 'rss', 'rtprio', 'rttime', "
        "'sigpending' or 'stack', found 'files'; did you mean 'nofile'?",
    ),
    case(
        "a soft limit above the hard one",
        "environment: {MODE: fast}",
        "environment: {MODE: fast}\n    ulimits: {nofile: {soft: 2, hard: 1}}",
        "17:30: containers.web.ulimits.nofile.soft: `soft` (2) is above `hard` (1)",
    ),
    case(
        "a soft limit of none below a hard one",
        "environment: {MODE: fast}",
        "environment: {MODE: fast}\n    ulimits: {nofile: {soft: -1, hard: 1}}",
        "17:30: containers.web.ulimits.nofile.soft: `soft` (-1) is above `hard` (1)",
    ),
    case(
        "a relative path",
        "environment: {MODE: fast}",
        "environment: {MODE: fast}\n    working_directory: app",
        "17:24: containers.web.working_directory: expected an absolute path without a colon, found 'app'",
    ),
    case(
        "a secret that is no ARN",
        "environment: {MODE: fast}",
        "environment: {MODE: fast}\n    secrets: {DB: hunter2}",
        "17:19: containers.web.secrets.DB: expected the ARN of a secret or a parameter, not its value",
    ),
    case(
        "a secret that nobody may read",
        "environment: {MODE: fast}",
        'environment: {MODE: fast}\n    secrets: {DB: "arn:aws:ssm:eu-west-1:111122223333:parameter/db"}',
        "17:19: containers.web.secrets.DB: secrets need an `execution_role_arn`, a role that may read them",
    ),
    case(
        "a variable of the bootstrapped container that a shell loses",
        "{MODE: fast}",
        "{MODE.A: fast}",
        "16:19: containers.web.environment.MODE.A: the entry point of 'web' may lose the name 'MODE.A'; use "
        "letters, digits and _",
    ),
)
