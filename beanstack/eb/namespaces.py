"""The namespaces of options that code names, and the values of EnvironmentType.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html
"""

APPLICATION = "aws:elasticbeanstalk:application"
CLASSIC_CHECK = "aws:elb:healthcheck"
CLASSIC_HTTPS_POLICIES = "aws:elb:policies:https"  # a name of our own
CLASSIC_LISTENER = "aws:elb:listener"
CLASSIC_LOAD_BALANCER = "aws:elb:loadbalancer"
CLASSIC_POLICIES = "aws:elb:policies"
COMMAND = "aws:elasticbeanstalk:command"
CONTROL = "aws:elasticbeanstalk:control"
CUSTOM = "aws:elasticbeanstalk:customoption"
DATABASE = "aws:rds:dbinstance"
ENVIRONMENT = "aws:elasticbeanstalk:environment"
GROUP = "aws:autoscaling:asg"
HEALTH = "aws:elasticbeanstalk:healthreporting:system"
INSTANCES = "aws:ec2:instances"
LAUNCH = "aws:autoscaling:launchconfiguration"
LOAD_BALANCER = "aws:elbv2:loadbalancer"
MANAGED_ACTIONS = "aws:elasticbeanstalk:managedactions"
PARAMETERS = "aws:cloudformation:template:parameter"
PLATFORM_UPDATES = "aws:elasticbeanstalk:managedactions:platformupdate"
PROPERTIES = "aws:elasticbeanstalk:application:environment"
ROLLING = "aws:autoscaling:updatepolicy:rollingupdate"
SCHEDULED_ACTION = "aws:autoscaling:scheduledaction"
SECRETS = "aws:elasticbeanstalk:application:environmentsecrets"
TRAFFIC_SPLITTING = "aws:elasticbeanstalk:trafficsplitting"
TRIGGER = "aws:autoscaling:trigger"
VPC = "aws:ec2:vpc"
WORKER_DAEMON = "aws:elasticbeanstalk:sqsd"

# How the namespaces of each listener, process and rule begin; a port or a name follows.
CLASSIC_LISTENERS = f"{CLASSIC_LISTENER}:"
LISTENERS = "aws:elbv2:listener:"
PROCESSES = "aws:elasticbeanstalk:environment:process:"
RULES = "aws:elbv2:listenerrule:"

ANY_PROCESS = f"{PROCESSES}{{process_name}}"
ANY_RULE = f"{RULES}{{rule_name}}"
CLASSIC_HTTPS_LISTENER = f"{CLASSIC_LISTENERS}443"
HTTPS_LISTENER = f"{LISTENERS}443"
LISTENER = f"{LISTENERS}default"
PROCESS = f"{PROCESSES}default"

LOAD_BALANCED = "LoadBalanced"
SINGLE_INSTANCE = "SingleInstance"
