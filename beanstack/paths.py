"""Paths on an instance and in its containers.

EB unpacks the bundle into /var/app/current, from where AWS's own examples mount folders into containers:
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html
"""

BUNDLE, DATA = "/var/app", "/var/app-data"  # on the host: EB's folder and Beanstack's
SCRIPTS = f"{BUNDLE}/current/bin"
SCRIPTS_IN_CONTAINER = "/opt/beanstack/bin"
PENDING_IN_CONTAINER = "/opt/beanstack/pending"
