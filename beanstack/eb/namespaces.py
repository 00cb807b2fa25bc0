"""The namespaces of options that code names, and the values of EnvironmentType.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html
"""

ANY_PROCESS = "aws:elasticbeanstalk:environment:process:{process_name}"
ANY_RULE = "aws:elbv2:listenerrule:{rule_name}"
APPLICATION = "aws:elasticbeanstalk:application"
CLASSIC_CHECK = "aws:elb:healthcheck"
CLASSIC_HTTPS_LISTENER = "aws:elb:listener:443"
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
HTTPS_LISTENER = "aws:elbv2:listener:443"
INSTANCES = "aws:ec2:instances"
LAUNCH = "aws:autoscaling:launchconfiguration"
LISTENER = "aws:elbv2:listener:default"
LOAD_BALANCER = "aws:elbv2:loadbalancer"
MANAGED_ACTIONS = "aws:elasticbeanstalk:managedactions"
PARAMETERS = "aws:cloudformation:template:parameter"
PLATFORM_UPDATES = "aws:elasticbeanstalk:managedactions:platformupdate"
PROCESS = "aws:elasticbeanstalk:environment:process:default"
PROPERTIES = "aws:elasticbeanstalk:application:environment"
ROLLING = "aws:autoscaling:updatepolicy:rollingupdate"
SCHEDULED_ACTION = "aws:autoscaling:scheduledaction"
SECRETS = "aws:elasticbeanstalk:application:environmentsecrets"
TRAFFIC_SPLITTING = "aws:elasticbeanstalk:trafficsplitting"
TRIGGER = "aws:autoscaling:trigger"
VPC = "aws:ec2:vpc"

# How the namespaces of a family begin; the name of a listener, a process or a rule follows.
CLASSIC_LISTENERS = f"{CLASSIC_LISTENER}:"
LISTENERS = LISTENER.removesuffix("default")
LISTENER_RULES = ANY_RULE.partition("{")[0]
PROCESSES = PROCESS.removesuffix("default")

LOAD_BALANCED = "LoadBalanced"
SINGLE_INSTANCE = "SingleInstance"
