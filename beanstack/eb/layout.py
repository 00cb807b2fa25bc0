"""The names of what Elastic Beanstalk reads in a source bundle.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions.html
"""

DOCKERRUN = "Dockerrun.aws.json"
EXTENSIONS = ".ebextensions/"
LOGS = "awseb-logs-"  # begins the name of a volume that EB makes for each container's logs
