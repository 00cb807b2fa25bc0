"""Bundles and saved configurations as others write them, retyped small; what is in them was seen in public ones.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-configuration-savedconfig.html
"""

from __future__ import annotations

SECRET = "correct-horse-battery"

# A web server in front of PHP, with folders of the bundle; logs where EB collects them.
PROXY = """\
{
  "AWSEBDockerrunVersion": 2,
  "volumes": [
    {"name": "site", "host": {"sourcePath": "/var/app/current/site"}},
    {"name": "proxy-conf", "host": {"sourcePath": "/var/app/current/proxy/conf.d"}}
  ],
  "containerDefinitions": [
    {
      "name": "php",
      "image": "php:8.3-fpm",
      "essential": true,
      "memory": 128,
      "environment": [{"name": "STAGE", "value": "production"}],
      "mountPoints": [{"sourceVolume": "site", "containerPath": "/var/www/html", "readOnly": true}]
    },
    {
      "name": "proxy",
      "image": "nginx:1.27",
      "essential": true,
      "memory": 128,
      "portMappings": [{"hostPort": 80, "containerPort": 80}],
      "links": ["php", "php:fpm"],
      "mountPoints": [
        {"sourceVolume": "proxy-conf", "containerPath": "/etc/nginx/conf.d", "readOnly": true},
        {"sourceVolume": "awseb-logs-proxy", "containerPath": "/var/log/nginx"}
      ]
    }
  ]
}
"""
# Numbers as text, an image that CI fills in, options of a logging driver, a secret, and what no key can say.
LENIENT = """\
{
  "AWSEBDockerrunVersion": "2",
  "authentication": {"bucket": "shop-registry", "key": ".dockercfg"},
  "volumes": [{"name": "sock", "host": {"sourcePath": "/var/run/docker.sock"}}, {"name": "scratch"}],
  "containerDefinitions": [
    {
      "name": "api",
      "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:${VERSION}",
      "essential": "true",
      "memoryReservation": "96",
      "memory": 256,
      "hostname": "api",
      "user": "1000",
      "command": ["/bin/sh", "-c", "node server.js --level info"],
      "portMappings": [
        {"hostPort": "80", "containerPort": 3000},
        {"containerPort": 9229},
        {"hostPort": 8125, "containerPort": 8125, "protocol": "udp"}
      ],
      "environment": [
        {"name": "NODE_ENV", "value": "production"},
        {"name": "DB_PASSWORD", "value": "correct-horse-battery"},
        {"name": "DATABASE_URL", "value": "postgres://shop:correct-horse-battery@db/shop"}
      ],
      "mountPoints": [
        {"sourceVolume": "sock", "containerPath": "/var/run/docker.sock", "readOnly": false},
        {"sourceVolume": "scratch", "containerPath": "/scratch"}
      ],
      "logConfiguration": {"logDriver": "json-file", "options": {"max-size": "100m", "max-file": 1}},
      "ulimits": [{"name": "nofile", "softLimit": 1024, "hardLimit": 4096}],
      "healthCheck": {"command": ["CMD-SHELL", "wget -q localhost:3000"], "interval": 10, "retries": 5},
      "dockerLabels": {"team": "shop"},
      "restart": "always"
    },
    {
      "name": "worker",
      "image": "redis",
      "essential": false,
      "memory": 64,
      "command": ["sh", "-c", "set -e\\nredis-server"],
      "volumesFrom": [{"sourceContainer": "api", "readOnly": true}],
      "dependsOn": [{"containerName": "api", "condition": "START"}],
      "extraHosts": [{"hostname": "db", "ipAddress": "10.0.0.9"}],
      "linuxParameters": {"initProcessEnabled": true, "capabilities": {"add": ["SYS_PTRACE"]}}
    }
  ]
}
"""
BUNDLES = {"proxy": PROXY, "lenient": LENIENT}

BALANCED = """\
EnvironmentConfigurationMetadata:
  Description: Saved with the EB CLI
  DateCreated: '1700000000000'
  DateModified: '1700000000000'
Platform:
  PlatformArn: arn:aws:elasticbeanstalk:eu-west-1::platform/ECS running on 64bit Amazon Linux 2023/4.7.7
OptionSettings:
  AWSEBV2LoadBalancerTargetGroup.aws:elasticbeanstalk:environment:process:default:
    HealthCheckPath: /up
    MatcherHTTPCode: '200,301'
    StickinessEnabled: true
  aws:elasticbeanstalk:command:
    BatchSize: '50'
    BatchSizeType: Percentage
    DeploymentPolicy: RollingWithAdditionalBatch
  AWSEBAutoScalingScaleUpPolicy.aws:autoscaling:trigger:
    UpperBreachScaleIncrement: '2'
  aws:elasticbeanstalk:application:environment:
    STAGE: production
    STRIPE_KEY: sk_live_0123456789abcdefghijklmn
    ADMIN_PASSWORD: correct-horse-battery
    NEVER: no
    'TWO WORDS': x
  aws:elasticbeanstalk:environment:
    LoadBalancerType: application
    ServiceRole: arn:aws:iam::123456789012:role/aws-elasticbeanstalk-service-role
  aws:elasticbeanstalk:healthreporting:system:
    SystemType: enhanced
  aws:autoscaling:launchconfiguration:
    EC2KeyName: jumper
    IamInstanceProfile: aws-elasticbeanstalk-ec2-role
    SecurityGroups: sg-0123456789abcdef0,awseb-e-abcdefghij-stack-AWSEBSecurityGroup-1ABCDEFGHIJKL
  aws:ec2:vpc:
    VPCId: vpc-0a1b2c3d
    Subnets: subnet-0a1b2c3d,subnet-0b1b2c3d
    ELBSubnets: subnet-0a1b2c3d,subnet-0b1b2c3d
  aws:ec2:instances:
    InstanceTypes: t3.small, t3.medium
  aws:elbv2:listener:443:
    ListenerEnabled: true
    Protocol: HTTPS
    SSLCertificateArns: arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef
  AWSEBAutoScalingGroup.aws:autoscaling:asg:
    MinSize: '2'
    MaxSize: '6'
  EveningOff.aws:autoscaling:scheduledaction:
    MinSize: '0'
    MaxSize: '0'
    Recurrence: 0 22 * * *
  aws:rds:dbinstance:
    HasCoupledDatabase: true
    DBEngine: postgres
    DBEngineVersion: '17.5'
    DBAllocatedStorage: '20'
    DBInstanceClass: db.t3.small
    DBUser: shop
    DBPassword: correct-horse-battery
    DBDeletionPolicy: Snapshot
  aws:elasticbeanstalk:made:up:
    Key: value
EnvironmentTier:
  Type: Standard
  Name: WebServer
AWSConfigurationTemplateVersion: 1.1.0.0
Tags:
  team: shop
  Name: shop-prod
Surprise: 1
"""
SINGLE = """\
SolutionStack: 64bit Amazon Linux 2023 v4.7.7 running ECS
OptionSettings:
  aws:elasticbeanstalk:environment: {EnvironmentType: SingleInstance}
  aws:elasticbeanstalk:application:environment: {LEVEL: 'yes'}
EnvironmentTier: {Name: WebServer, Type: Standard, Version: ''}
"""
CLASSIC = """\
Platform: {PlatformArn: 'arn:aws:elasticbeanstalk:us-east-1::platform/Docker running on 64bit Amazon Linux 2/3.5.0'}
OptionSettings:
  aws:elb:listener:80: {InstancePort: '80'}
  aws:elb:policies: {ConnectionDrainingEnabled: true, ConnectionDrainingTimeout: '20'}
  aws:elb:loadbalancer: {CrossZone: true}
  aws:elasticbeanstalk:application: {Application Healthcheck URL: /up}
  aws:elasticbeanstalk:sns:topics: {Notification Endpoint: me@example.org}
"""
SAVED = {"balanced": BALANCED, "single": SINGLE, "classic": CLASSIC}
