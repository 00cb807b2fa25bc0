"""Variables that something else sets, needs or cannot take, and references that CloudFormation refuses."""

from __future__ import annotations

from tests.config.conftest import case

MORE = "variables: {DB_HOST: RDS_HOSTNAME}"
LEVEL = "{LEVEL: info}"
MODE = "{MODE: fast}"
SECRETS = "aws:elasticbeanstalk:application:environmentsecrets"
OPTIONS = "options: {aws:elasticbeanstalk:customoption: "
OF_DATABASE = (
    "Elastic Beanstalk sets RDS_HOSTNAME, RDS_PORT, RDS_DB_NAME, RDS_USERNAME and RDS_PASSWORD itself, from the "
    "coupled database (aws:elasticbeanstalk:application:environment, HasCoupledDatabase is 'true')"
)
LOST = "the system or a shell needs {} for itself; choose another name"
CHOOSE = "EB sets {} itself, and others may be set from it; choose another name"
SECURE = "CloudFormation resolves ssm-secure for the passwords of a few services only, none of them EB's"
VERSION = "expected {{resolve:ssm:NAME}}, with :VERSION if needed, found"
ELSEWHERE = "CloudFormation resolves references in `properties`, `options` and `tags` only"


def refused(reference: str, problem: str) -> tuple[str, str, str, str]:
    """A reference in a property that CloudFormation refuses: its case's name, edit and message."""
    edit = f"{{LEVEL: '{reference}'}}"
    return f"the reference {reference}", LEVEL, edit, f"21:21: properties.LEVEL: {problem}"


CASES = (
    case(
        "a property that the database sets",
        LEVEL,
        "{RDS_HOSTNAME: db.example.org}",
        f"21:14: properties.RDS_HOSTNAME: {OF_DATABASE}",
    ),
    case(
        "a property that the database sets, by a reference",
        LEVEL,
        "{LEVEL: info, RDS_PASSWORD: '{{resolve:secretsmanager:db}}'}",
        f"21:27: properties.RDS_PASSWORD: {OF_DATABASE}",
    ),
    case(
        "a variable of EB from another one",
        MORE,
        "variables: {RDS_PORT: RDS_HOSTNAME, PORT: RDS_PORT}",
        f"26:15: database.variables.RDS_PORT: {CHOOSE.format('RDS_PORT')}",
    ),
    case(
        "a variable of EB from another one, last",
        MORE,
        "variables: {PORT: RDS_PORT, RDS_USERNAME: RDS_PASSWORD}",
        f"26:31: database.variables.RDS_USERNAME: {CHOOSE.format('RDS_USERNAME')}",
    ),
    case(
        "a variable that programs are found by",
        MORE,
        "variables: {PATH: RDS_HOSTNAME}",
        f"26:15: database.variables.PATH: {LOST.format('PATH')}",
    ),
    case(
        "a variable that bash makes read-only",
        MORE,
        "variables: {UID: RDS_USERNAME}",
        f"26:15: database.variables.UID: {LOST.format('UID')}",
    ),
    case(
        "a name of 129 characters",
        LEVEL,
        f"{{{129 * 'A'}: x}}",
        f"21:14: properties.{129 * 'A'}: invalid key: expected 1 to 128 letters, digits and _ . : / + \\ @ -, "
        f"found '{77 * 'A'}...'",
    ),
    case(
        "a secret of a container that the entry point may lose",
        MODE,
        "{MODE: fast}\n    secrets: {a-b: 'arn:aws:ssm:eu-west-1:123456789012:parameter/x'}",
        "17:15: containers.web.secrets.a-b: the entry point of 'web' may lose the name 'a-b'; "
        "use letters, digits and _",
        "17:20: containers.web.secrets.a-b: secrets need an `execution_role_arn`, a role that may read them",
    ),
    case(*refused("{{resolve:ssm-secure:x}}", SECURE)),
    case(*refused("a {{resolve:ssm-secure:x:1}} b", SECURE)),
    case(*refused("{{resolve:s3:x}}", "CloudFormation resolves ssm and secretsmanager, not 's3'")),
    case(
        *refused(
            "{{resolve:ssm:x:latest}}",
            f"{VERSION} '{{{{resolve:ssm:x:latest}}}}'",
        )
    ),
    case(*refused("{{resolve:ssm:}}", f"{VERSION} '{{{{resolve:ssm:}}}}'")),
    case(*refused("{{resolve:secretsmanager}}", "names no secret: '{{resolve:secretsmanager}}'")),
    case(
        *refused(
            "{{resolve:secretsmanager:x:password}}",
            "what follows the secret is SecretString or nothing, not 'password'",
        )
    ),
    case(
        "a reference in an option",
        LEVEL,
        "{LEVEL: info}\noptions: {aws:autoscaling:asg: {Cooldown: '{{resolve:ssm-secure:x}}'}}",
        f"22:43: options.aws:autoscaling:asg.Cooldown: {SECURE}",
    ),
    case(
        "a reference in the value of a tag",
        LEVEL,
        "{LEVEL: info}\ntags: {team: '{{resolve:ssm-secure:x}}'}",
        f"22:14: tags.team: {SECURE}",
    ),
    case(
        "a reference in a command",
        "[serve, --all]",
        "[serve, '{{resolve:ssm:x}}']",
        f"10:22: containers.web.command.1: {ELSEWHERE}; use them or `secrets`",
    ),
    case(
        "a reference in a label",
        MODE,
        "{MODE: fast}\n    docker_labels: {a: '{{resolve:ssm:x}}'}",
        f"17:24: containers.web.docker_labels.a: {ELSEWHERE}; use them or `secrets`",
    ),
    case(
        "a reference in a smoke test",
        LEVEL,
        "{LEVEL: info}\nsmoke_test: [{path: /, text: '{{resolve:ssm:x}}'}]",
        f"22:30: smoke_test.0.text: {ELSEWHERE}",
    ),
)
