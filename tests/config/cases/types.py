"""What one setting must be by itself: its key, its type and its form."""

from __future__ import annotations

from tests.config.conftest import case

CASES = (
    case(
        "an unknown key",
        "memory: 128",
        "memroy: 128",
        "9:5: containers.web.memroy: unknown key; did you mean 'memory'?",
    ),
    case(
        "an unknown key that resembles none",
        "environment: {MODE: fast}",
        "environment: {MODE: fast}\n    zzz: 1",
        "17:5: containers.web.zzz: unknown key",
    ),
    case(
        "an unknown key of an item of a list",
        "environment: {MODE: fast}",
        "environment: {MODE: fast}\n    linux_parameters: {devices: [{host_pat: /dev/null}]}",
        "17:35: containers.web.linux_parameters.devices.0.host_pat: unknown key; did you mean 'host_path'?",
    ),
    case(
        "a name of ECS instead of ours",
        "environment: {MODE: fast}",
        "environment: {MODE: fast}\n    health_check: {command: [CMD, ok], startPeriod: 5}",
        "17:40: containers.web.health_check.startPeriod: unknown key; did you mean 'start_period'?",
    ),
    case(
        "text instead of a number",
        "memory: 128",
        "memory: 128m",
        "9:13: containers.web.memory: expected a whole number, found '128m'",
    ),
    case(
        "a fraction instead of a number",
        "memory: 128",
        "memory: 12.5",
        "9:13: containers.web.memory: expected a whole number, found 12.5",
    ),
    case(
        "a truth value instead of a number",
        "memory: 128",
        "memory: true",
        "9:13: containers.web.memory: expected a whole number, found true",
    ),
    case(
        "text instead of a truth value",
        "essential: false",
        "essential: no",
        "18:16: containers.worker.essential: expected true or false, found 'no'",
    ),
    case(
        "a number instead of text",
        "{MODE: fast}",
        "{MODE: 1}",
        '16:25: containers.web.environment.MODE: expected a string, found 1; write "1" in quotes',
    ),
    case(
        "a truth value instead of text",
        "{MODE: fast}",
        "{MODE: true}",
        '16:25: containers.web.environment.MODE: expected a string, found true; write "true" in quotes',
    ),
    case(
        "text instead of a list",
        "[serve, --all]",
        "serve --all",
        "10:14: containers.web.command: expected a list, found 'serve --all'",
    ),
    case(
        "a number in a list of text",
        "[serve, --all]",
        "[serve, 8000]",
        '10:22: containers.web.command.1: expected a string, found 8000; write "8000" in quotes',
    ),
    case(
        "nothing in a list of text",
        "[serve, --all]",
        "[serve, ~]",
        "10:22: containers.web.command.1: expected a string, found null",
    ),
    case(
        "a list instead of a mapping",
        "{MODE: fast}",
        "[MODE=fast]",
        "16:18: containers.web.environment: expected a mapping, found a list",
    ),
    case(
        "a mapping instead of a list",
        '["80:8000"]',
        "{a: b}",
        "11:12: containers.web.ports: expected a list, found a mapping",
    ),
    case(
        "a mapping instead of text",
        "image: example.org/worker:2.0",
        "image: {tag: 2.0}",
        "20:12: containers.worker.image: expected a string, found a mapping",
    ),
    case(
        "a bad name of a variable",
        "{MODE: fast}",
        "{MO DE: fast}",
        "16:19: containers.web.environment.MO DE: invalid key: expected letters, digits, _ . and -, a "
        "letter or _ first, found 'MO DE'",
    ),
    case(
        "a bad name of a container",
        "  worker:",
        "  work er:",
        "17:3: containers.work er: invalid key: expected 1 to 255 letters, digits, _ and -, found 'work er'",
    ),
    case(
        "an unknown key of an environment",
        "instance_types",
        "instance_type",
        "3:1: instance_type: unknown key; did you mean 'instance_types'?",
    ),
    case(
        "an unknown key of a section of an environment",
        "min: 1",
        "mni: 1",
        "22:11: scaling.mni: unknown key; did you mean 'min'?",
    ),
    case("a missing region of an environment", "region: eu-west-1\n", "", "1:1: region: is missing"),
    case(
        "a missing platform of an environment",
        "platform: ECS running on 64bit Amazon Linux 2023/4.7.7\n",
        "",
        "1:1: platform: is missing",
    ),
    case(
        "text instead of a list of an environment",
        "[t3.medium, t3.nano]",
        "t3.micro",
        "3:17: instance_types: expected a list, found 't3.micro'",
    ),
    case(
        "text instead of a mapping of an environment",
        "{min: 1, max: 2}",
        "2",
        "22:10: scaling: expected a mapping, found 2",
    ),
    case(
        "an empty list of instance types of an environment",
        "[t3.medium, t3.nano]",
        "[]",
        "3:17: instance_types: needs at least 1 entry, has none",
    ),
    case(
        "a Region that is none of an environment",
        "eu-west-1",
        "EU",
        "1:9: region: expected a Region such as us-east-1, found 'EU'",
    ),
    case(
        "an account as a number of an environment",
        "properties: {LEVEL: info}",
        "properties: {LEVEL: info}\naccount: 385605022855",
        '22:10: account: quote the account ID, otherwise leading zeros are lost: write "385605022855"',
    ),
    case(
        "an account of eleven digits of an environment",
        "properties: {LEVEL: info}",
        'properties: {LEVEL: info}\naccount: "38560502285"',
        "22:10: account: expected an account ID of 12 digits, found '38560502285'",
    ),
)
