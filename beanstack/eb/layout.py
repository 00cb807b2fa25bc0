"""The names of what Elastic Beanstalk reads in a source bundle.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.hooks.html
"""

from __future__ import annotations

import re

DOCKERRUN = "Dockerrun.aws.json"
EXTENSIONS = ".ebextensions/"
LOGS = "awseb-logs-"  # begins the name of a volume that EB makes for each container's logs
HOOK = re.compile(r"\.platform/(?:config)?hooks/(?:prebuild|predeploy|postdeploy)/[^/]+")


def is_hook(path: str) -> bool:
    """Return whether EB runs a file at each deployment of the version, or of configuration."""
    return HOOK.fullmatch(path) is not None
