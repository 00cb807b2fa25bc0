"""What containers say of each other, of volumes and of ports must fit."""

from __future__ import annotations

from tests.config.conftest import case

CASES = (
    case(
        "a mount of no declared volume",
        "public:/public",
        "publik:/public",
        "12:14: containers.web.mounts.0: 'web' mounts the volume 'publik', which `volumes` does not declare; "
        "did you mean 'public'?",
    ),
    case(
        "a mount without a path",
        "public:/public",
        "public",
        '12:14: containers.web.mounts.0: expected "volume:/path" or "volume:/path:ro" as a string in '
        "quotes, found 'public'",
    ),
    case(
        "a mount of another mode",
        "public:/public",
        "public:/public:rx",
        '12:14: containers.web.mounts.0: expected "volume:/path" or "volume:/path:ro" as a string in '
        "quotes, found 'public:/public:rx'",
    ),
    case(
        "two mounts at one path",
        '["public:/public"]',
        '["public:/public", "public:/public:ro"]',
        "12:32: containers.web.mounts.1: two mounts at /public",
    ),
    case(
        "two mounts at one path by a detour",
        '["public:/public"]',
        '["public:/public", "public:/a/..//public/"]',
        "12:32: containers.web.mounts.1: two mounts at /public",
    ),
    case(
        "a mount over Beanstack's scripts",
        "public:/public",
        "public:/opt/beanstack/bin",
        "12:14: containers.web.mounts.0: Beanstack mounts a folder of its own at /opt/beanstack/bin",
    ),
    case(
        "a mount in the folder of the pending migration",
        "public:/public",
        "public:/opt//beanstack/pending/x",
        "12:14: containers.web.mounts.0: Beanstack mounts a folder of its own at /opt/beanstack/pending",
    ),
    case(
        "two containers on one host port",
        "image: example.org/worker:2.0",
        'image: example.org/worker:2.0\n  third: {memory: 6, ports: ["80:9"]}',
        "21:30: containers.third.ports.0: host port 80/tcp would be taken by both 'web' and 'third'",
    ),
    case(
        "one container on one host port twice",
        '["80:8000"]',
        '["80:8000", "80:9000"]',
        "11:24: containers.web.ports.1: host port 80/tcp would be taken by 'web' twice",
    ),
    case(
        "a port of the instance itself",
        '["80:8000"]',
        '["80:8000", "22:22"]',
        "11:24: containers.web.ports.1: host port 22 belongs to the instance itself (SSH, Docker or ECS agent)",
    ),
    case(
        "a port of zero",
        '["80:8000"]',
        '["80:8000", "0:80"]',
        "11:24: containers.web.ports.1: ports run from 1 to 65535, found '0:80'",
    ),
    case(
        "a port beyond the last",
        '["80:8000"]',
        '["80:8000", "81:65536"]',
        "11:24: containers.web.ports.1: ports run from 1 to 65535, found '81:65536'",
    ),
    case(
        "a port in digits of another script",
        '["80:8000"]',
        '["80:8000", "٣:٣"]',
        "11:24: containers.web.ports.1: expected \"host port:container port\" as a string in quotes, found '٣:٣'",
    ),
    case(
        "a port of one number",
        '["80:8000"]',
        '["80:8000", 81]',
        '11:24: containers.web.ports.1: expected "host port:container port" as a string in quotes, found 81',
    ),
    case(
        "a link to no container",
        "environment: {MODE: fast}",
        "environment: {MODE: fast}\n    links: [workr]",
        "17:13: containers.web.links.0: 'web' needs a container 'workr', and there is none; did you mean 'worker'?",
    ),
    case(
        "a link that is none",
        "environment: {MODE: fast}",
        'environment: {MODE: fast}\n    links: ["a b"]',
        '17:13: containers.web.links.0: expected "container" or "container:alias" as a string in quotes, found \'a b\'',
    ),
    case(
        "a dependency on no container",
        "environment: {MODE: fast}",
        "environment: {MODE: fast}\n    depends_on: {workr: START}",
        "17:18: containers.web.depends_on.workr: 'web' needs a container 'workr', "
        "and there is none; did you mean 'worker'?",
    ),
    case(
        "volumes from no container",
        "environment: {MODE: fast}",
        "environment: {MODE: fast}\n    volumes_from: [workr]",
        "17:20: containers.web.volumes_from.0: 'web' needs a container 'workr', "
        "and there is none; did you mean 'worker'?",
    ),
    case(
        "an unknown condition",
        "environment: {MODE: fast}",
        "environment: {MODE: fast}\n    depends_on: {worker: STARTED}",
        "17:26: containers.web.depends_on.worker: expected 'START', 'COMPLETE', 'SUCCESS' or 'HEALTHY', "
        "found 'STARTED'; did you mean 'START'?",
    ),
    case(
        "waiting for the end of an essential container",
        "image: example.org/worker:2.0",
        "image: example.org/worker:2.0\n  third: {memory: 6, depends_on: {web: SUCCESS}}",
        "21:40: containers.third.depends_on.web: 'web' must be `essential: false`, because 'third' waits for its end",
    ),
    case(
        "waiting for health that nobody checks",
        "environment: {MODE: fast}",
        "environment: {MODE: fast}\n    depends_on: {worker: HEALTHY}",
        "17:26: containers.web.depends_on.worker: 'worker' has no `health_check`, and 'web' waits until it is healthy",
    ),
    case(
        "a link to itself",
        "environment: {MODE: fast}",
        "environment: {MODE: fast}\n    links: [web]",
        "17:13: containers.web.links.0: the containers wait for each other in a circle: web -> web",
    ),
    case(
        "a dependency on itself",
        "environment: {MODE: fast}",
        "environment: {MODE: fast}\n    depends_on: {web: START}",
        "17:18: containers.web.depends_on.web: the containers wait for each other in a circle: web -> web",
    ),
    case(
        "a circle of links",
        "environment: {MODE: fast}",
        "environment: {MODE: fast}\n    links: [third]\n  third: {memory: 6, links: [web]}",
        "17:13: containers.web.links.0: the containers wait for each other in a circle: web -> third -> web",
    ),
    case(
        "a circle of a link and a dependency",
        "environment: {MODE: fast}",
        "environment: {MODE: fast}\n    links: [third]\n  third: {memory: 6, depends_on: {web: START}}",
        "17:13: containers.web.links.0: the containers wait for each other in a circle: web -> third -> web",
    ),
    case(
        "two circles",
        "environment: {MODE: fast}",
        "environment: {MODE: fast}\n    links: [third]\n  third: {memory: 6, links: [web, fourth]}\n  "
        "fourth: {memory: 6, links: [third]}",
        "17:13: containers.web.links.0: the containers wait for each other in a circle: web -> third -> web",
        "18:35: containers.third.links.1: the containers wait for each other in a circle: third -> fourth -> third",
    ),
)
