"""The names of what Elastic Beanstalk reads in a source bundle.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.hooks.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.build-proc.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-cfg-manifest.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features-managing-env-tiers.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-configuration-methods-before.html
"""

from __future__ import annotations

import re

DOCKERRUN = "Dockerrun.aws.json"
MANIFEST = "env.yaml"
CRON = "cron.yaml"
PROCESSES = ("Procfile", "Buildfile")
EXTENSIONS = ".ebextensions/"
SAVED = ".elasticbeanstalk/saved_configs/"  # where the EB CLI keeps saved configurations
SAVED_SUFFIX = ".cfg.yml"
LOGS = "awseb-logs-"  # begins the name of a volume that EB makes for each container's logs
HOOK = re.compile(r"\.platform/(?:config)?hooks/(?:prebuild|predeploy|postdeploy)/[^/]+")


def is_hook(path: str) -> bool:
    """Return whether EB runs a file at each deployment of the version, or of configuration."""
    return HOOK.fullmatch(path) is not None


def is_saved(path: str) -> bool:
    """Return whether a file is a saved configuration of the EB CLI, which has them in two folders."""
    folder, _, last = path.rpartition("/")
    return last.endswith(SAVED_SUFFIX) and f"{folder}/" in (SAVED, ".elasticbeanstalk/")
