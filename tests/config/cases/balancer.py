"""What the keys of the load balancer must be, and be together with its type and with each other."""

from __future__ import annotations

from tests.config.conftest import Case, case

LINE = "properties: {LEVEL: info}"
ALB = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/0123456789abcdef"
ACL = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/0123-abcd"
PATHS = "paths: [/admin/*]"


def balancer(name: str, settings: str, *messages: str) -> Case:
    return case(name, LINE, f"{LINE}\nload_balancer: {{{settings}}}", *(f"22:{message}" for message in messages))


CASES = (
    balancer(
        "an idle timeout of a network load balancer",
        "type: network, idle_timeout: 60",
        "32: load_balancer.idle_timeout: is for an application load balancer or a classic load balancer; a network "
        "load balancer has none, so write `idle_timeout: null` here",
    ),
    balancer(
        "stickiness of a network load balancer",
        "type: network, stickiness: 60",
        "32: load_balancer.stickiness: is for an application load balancer or a classic load balancer; a network load "
        "balancer has none, so write `stickiness: null` here",
    ),
    balancer(
        "access logs of a classic load balancer",
        "type: classic, access_logs: true",
        "32: load_balancer.access_logs: is for an application load balancer; a classic load balancer has none, so "
        "write `access_logs: null` here",
    ),
    balancer(
        "a web ACL of a network load balancer",
        f"type: network, waf: '{ACL}'",
        "32: load_balancer.waf: is for an application load balancer; a network load balancer has none, so write "
        "`waf: null` here",
    ),
    balancer(
        "processes of a classic load balancer",
        "type: classic, processes: {admin: {port: 80}}",
        "32: load_balancer.processes: is for an application load balancer or a network load balancer; a classic load "
        "balancer has none, so write `processes: null` here",
    ),
    balancer(
        "rules of a network load balancer",
        f"type: network, rules: {{admin: {{{PATHS}}}}}",
        "32: load_balancer.rules: is for an application load balancer; a network load balancer has none, so write "
        "`rules: null` here",
    ),
    balancer(
        "a shared network load balancer",
        f"type: network, shared: '{ALB}'",
        "32: load_balancer.shared: is for an application load balancer; a network load balancer has none, so write "
        "`shared: null` here",
    ),
    balancer(
        "a protocol of a process behind a network load balancer",
        "type: network, processes: {admin: {protocol: HTTPS}}",
        "52: load_balancer.processes.admin.protocol: a network load balancer passes TCP on, and knows no requests",
    ),
    balancer(
        "a port of a shared load balancer that is not there",
        "shared_port: 80",
        "17: load_balancer.shared_port: is for `shared`, which is missing",
    ),
    balancer(
        "access logs of a shared load balancer",
        f"shared: '{ALB}', access_logs: true",
        "120: load_balancer.access_logs: EB cannot set this on a shared load balancer; set it where that is managed",
    ),
    balancer(
        "a web ACL of a shared load balancer",
        f"shared: '{ALB}', waf: '{ACL}'",
        "120: load_balancer.waf: EB cannot set this on a shared load balancer; set it where that is managed",
    ),
    balancer(
        "a listener instead of a shared load balancer",
        "shared: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/front/a/b'",
        "25: load_balancer.shared: expected the ARN of an Application Load Balancer, as in "
        "arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/NAME/ID, found "
        "'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/front/a/b'",
    ),
    balancer(
        "a shared load balancer of another Region",
        f"shared: '{ALB.replace('eu-west-1', 'us-east-1')}'",
        "25: load_balancer.shared: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/front/01...' "
        "is in us-east-1, the environment in eu-west-1",
    ),
    case(
        "a shared load balancer of another account",
        LINE,
        f"account: \"999999999999\"\n{LINE}\nload_balancer: {{shared: '{ALB}'}}",
        "23:25: load_balancer.shared: "
        "'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/01...' belongs to the account "
        "123456789012, the environment to 999999999999",
    ),
    balancer(
        "a shared load balancer that EB made",
        f"shared: '{ALB.replace('front', 'awseb-AWSEB-1A2B3C')}'",
        "25: load_balancer.shared: A load balancer that Elastic Beanstalk made for another environment cannot be "
        "shared (SharedLoadBalancer is "
        "'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/awseb-AW...')",
    ),
    balancer(
        "a web ACL for CloudFront",
        "waf: 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/0123-abcd'",
        "22: load_balancer.waf: expected the ARN of a regional web ACL, "
        "arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID, found "
        "'arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/0123-abcd'",
    ),
    balancer(
        "a web ACL of another Region",
        f"waf: '{ACL.replace('eu-west-1', 'eu-central-1')}'",
        f"22: load_balancer.waf: '{ACL.replace('eu-west-1', 'eu-central-1')}' is in eu-central-1, the environment in "
        "eu-west-1",
    ),
    balancer(
        "a web ACL of another partition",
        f"waf: '{ACL.replace('arn:aws:', 'arn:aws-cn:')}'",
        f"22: load_balancer.waf: '{ACL.replace('arn:aws:', 'arn:aws-cn:')}' is of the partition aws-cn, eu-west-1 of "
        "aws; neither knows the other's credentials",
    ),
    balancer(
        "a prefix in the application's own bucket",
        "access_logs: {prefix: web}",
        "39: load_balancer.access_logs.prefix: is for `bucket`; in the application's own bucket the environment's "
        "name is the prefix",
    ),
    balancer(
        "a prefix that the load balancer adds itself",
        "access_logs: {bucket: example-logs, prefix: AWSLogs/web}",
        "61: load_balancer.access_logs.prefix: expected a prefix without AWSLogs, which the load balancer adds "
        "itself, found 'AWSLogs/web'",
    ),
    balancer(
        "a word for access logs",
        "access_logs: enabled",
        "30: load_balancer.access_logs: expected a mapping, found 'enabled'",
    ),
    balancer(
        "an idle timeout of 0",
        "idle_timeout: 0",
        "31: load_balancer.idle_timeout: must be at least 1, found 0",
    ),
    balancer(
        "stickiness of more than a week",
        "stickiness: 604801",
        "29: load_balancer.stickiness: must be at most 604800, found 604801",
    ),
    balancer(
        "a process with EB's own name",
        "processes: {default: {port: 80}}",
        "29: load_balancer.processes.default: invalid key: expected letters, digits, _ and -; `default` is `port` and "
        "`health_check`, found 'default'",
    ),
    balancer(
        "no container on the port of a process",
        f"processes: {{admin: {{port: 8081}}}}, rules: {{admin: {{{PATHS}, process: admin}}}}",
        "43: load_balancer.processes.admin.port: no container maps host port 8081, where requests arrive; give one of "
        'them a port "8081:..."',
    ),
    balancer(
        "a rule to no process",
        f"rules: {{admin: {{{PATHS}, process: admni}}}}",
        "61: load_balancer.rules.admin.process: there is no process 'admni' in `processes`",
    ),
    balancer(
        "a rule for everything",
        "rules: {admin: {priority: 2}}",
        "32: load_balancer.rules.admin: A rule without host or path condition matches nothing useful (HostHeaders is "
        "not set, PathPatterns is not set, LoadBalancerIsShared is not set, aws:elbv2:listenerrule:admin)",
    ),
    balancer(
        "two rules of the same priority",
        "rules: {a: {priority: 3, paths: [/a]}, b: {priority: 3, paths: [/b]}}",
        "70: load_balancer.rules.b.priority: No two rules may share a priority, which is 1 by default (Priority "
        "is '3', aws:elbv2:listenerrule:a, aws:elbv2:listenerrule:b)",
    ),
    balancer(
        "six conditions",
        "rules: {a: {paths: [/a, /b, /c, /d], hosts: [a.example.com, b.example.com]}}",
        "61: load_balancer.rules.a.hosts: A rule has at most five hosts and paths in all "
        "(HostHeaders is 'a.example.com,b.example.com', PathPatterns is '/a,/b,/c,/d', "
        "aws:elbv2:listenerrule:a)",
    ),
    balancer(
        "five conditions with a shared load balancer",
        f"shared: '{ALB}', rules: {{a: {{paths: [/a, /b, /c, /d, /e]}}}}",
        "139: load_balancer.rules.a.paths: With a shared load balancer a rule has at most four hosts and paths in "
        "all; the fifth is the environment's CNAME (HostHeaders is not set, PathPatterns is '/a,/b,/c,/d,/e', "
        "aws:elbv2:listenerrule:a, LoadBalancerIsShared is 'true')",
    ),
    balancer(
        "four wildcards in a path",
        "rules: {a: {paths: ['/*/*/*/*']}}",
        "37: load_balancer.rules.a.paths.0: expected a path pattern: 1 to 128 letters, digits and _-.$/~\"'@:+& with "
        "at most three wildcards * or ?, found '/*/*/*/*'",
    ),
    balancer(
        "a space in a path",
        "rules: {a: {paths: [/a b]}}",
        "37: load_balancer.rules.a.paths.0: expected a path pattern: 1 to 128 letters, digits and _-.$/~\"'@:+& with "
        "at most three wildcards * or ?, found '/a b'",
    ),
    balancer(
        "a host without a dot",
        "rules: {a: {hosts: [admin]}}",
        "37: load_balancer.rules.a.hosts.0: expected a host name: 1 to 128 letters, digits and _-. with a dot and at "
        "most three wildcards * or ?, found 'admin'",
    ),
    balancer(
        "a priority of 1001",
        "rules: {a: {priority: 1001, paths: [/a]}}",
        "39: load_balancer.rules.a.priority: must be at most 1000, found 1001",
    ),
)
