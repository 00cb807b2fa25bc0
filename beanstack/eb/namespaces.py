"""The namespaces of options that code names.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html
"""

APPLICATION = "aws:elasticbeanstalk:application"
CLASSIC_CHECK = "aws:elb:healthcheck"
CLASSIC_LISTENER = "aws:elb:listener"
COMMAND = "aws:elasticbeanstalk:command"
DATABASE = "aws:rds:dbinstance"
ENVIRONMENT = "aws:elasticbeanstalk:environment"
GROUP = "aws:autoscaling:asg"
HEALTH = "aws:elasticbeanstalk:healthreporting:system"
INSTANCES = "aws:ec2:instances"
LAUNCH = "aws:autoscaling:launchconfiguration"
LISTENER = "aws:elbv2:listener:default"
MANAGED_ACTIONS = "aws:elasticbeanstalk:managedactions"
PROCESS = "aws:elasticbeanstalk:environment:process:default"
PROPERTIES = "aws:elasticbeanstalk:application:environment"
ROLLING = "aws:autoscaling:updatepolicy:rollingupdate"
SECRETS = "aws:elasticbeanstalk:application:environmentsecrets"
TRAFFIC_SPLITTING = "aws:elasticbeanstalk:trafficsplitting"
