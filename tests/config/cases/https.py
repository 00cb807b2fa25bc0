"""What HTTPS and names must be, and be together with the load balancer, the Region and each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.config.conftest import case

if TYPE_CHECKING:
    from tests.config.conftest import Case

ID = "12345678-1234-1234-1234-123456789012"
ARN = f"arn:aws:acm:eu-west-1:123456789012:certificate/{ID}"
BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shared/0123456789abcdef"
ZONES = "dns: {zones: {example.com: Z0123456789ABC}, names: [shop.example.com]}"


def added(name: str, lines: str, *messages: str) -> Case:
    """Return a case in which some settings come behind the properties, from line 22."""
    return case(name, "properties: {LEVEL: info}", f"properties: {{LEVEL: info}}\n{lines}", *messages)


CASES = (
    added(
        "HTTPS without a certificate",
        "https: {}",
        "22:8: https.certificate: is missing",
    ),
    added(
        "a certificate by its name",
        "https: {certificate: shop.example.com}",
        "22:22: https.certificate: expected the ARN of a certificate, "
        "arn:aws:acm:REGION:ACCOUNT:certificate/ID, found 'shop.example.com'",
    ),
    added(
        "a list of certificates",
        f"https: {{certificate: [{ARN}]}}",
        "22:22: https.certificate: expected the ARN of a certificate, "
        "arn:aws:acm:REGION:ACCOUNT:certificate/ID, or a mapping; found a list",
    ),
    added(
        "another kind of ARN",
        'https: {certificate: "arn:aws:iam::123456789012:role/shop"}',
        "22:22: https.certificate: expected the ARN of a certificate, "
        "arn:aws:acm:REGION:ACCOUNT:certificate/ID, found 'arn:aws:iam::123456789012:role/shop'",
    ),
    added(
        "a requested certificate without a domain",
        "https: {certificate: {alternatives: [shop.example.com]}}",
        "22:22: https.certificate.domain: is missing",
    ),
    added(
        "an unknown key of a certificate",
        "https: {certificate: {domain: shop.example.com, names: []}}",
        "22:49: https.certificate.names: unknown key",
    ),
    added(
        "a domain in capitals",
        "https: {certificate: {domain: Shop.example.com}}",
        "22:31: https.certificate.domain: expected a domain name in lower case, such as shop.example.com or "
        "*.shop.example.com, found 'Shop.example.com'",
    ),
    added(
        "a domain that is too long for a first name",
        "https: {certificate: {domain: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.com}}",
        "22:31: https.certificate.domain: takes at most 64 characters",
    ),
    added(
        "a wildcard within a name",
        'https: {certificate: {domain: "shop.*.example.com"}}',
        "22:31: https.certificate.domain: expected a domain name in lower case, such as shop.example.com or "
        "*.shop.example.com, found 'shop.*.example.com'",
    ),
    added(
        "a word for port 80 that YAML 1.1 reads as false",
        f"https: {{certificate: {ARN}, http: off}}",
        "22:113: https.http: expected 'redirect', 'forward' or 'none', found 'off'; did you mean 'none'?",
    ),
    added(
        "another kind of policy",
        f"https: {{certificate: {ARN}, policy: TLSv1.2}}",
        "22:115: https.policy: expected the name of a security policy, such as "
        "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09, found 'TLSv1.2'",
    ),
    added(
        "HTTPS without a load balancer",
        f"https: {{certificate: {ARN}}}\ndns: none\nload_balancer: {{type: none}}",
        "22:1: https: needs a load balancer, which holds the certificate; without one a container has to "
        "terminate HTTPS",
        "25:24: scaling.max: `scaling.max` is 2, but `load_balancer.type: none` runs one instance",
        "26:22: deployment.policy: Rolling needs a load balancer; one instance has no batches",
    ),
    added(
        "HTTPS on a shared load balancer",
        f"https: {{certificate: {ARN}}}\ndns: none\n"
        'options: {"aws:elasticbeanstalk:environment": {LoadBalancerIsShared: true}}',
        "22:1: https: a shared load balancer has listeners and certificates of its own, which no environment sets",
    ),
    added(
        "HTTPS on an existing shared load balancer",
        f"https: {{certificate: {ARN}}}\ndns: none\nload_balancer: {{shared: {BALANCER}}}",
        "22:1: https: a shared load balancer has listeners and certificates of its own, which no environment sets",
    ),
    added(
        "a redirect of a classic load balancer",
        f"https: {{certificate: {ARN}}}\ndns: none\nload_balancer: {{type: classic}}",
        "24:23: load_balancer.type: a classic load balancer cannot redirect; write `forward` or `none` in `https.http`",
    ),
    added(
        "a redirect of a network load balancer",
        f"load_balancer: {{type: network}}\nhttps: {{certificate: {ARN}, http: redirect}}\ndns: none",
        "23:113: https.http: a network load balancer cannot redirect; write `forward` or `none` in `https.http`",
    ),
    added(
        "a certificate of another Region",
        f'https: {{certificate: "arn:aws:acm:us-east-1:123456789012:certificate/{ID}"}}\ndns: none',
        "22:22: https.certificate: "
        "'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456...' is a certificate "
        "in us-east-1, not in eu-west-1; request or import one in eu-west-1",
    ),
    added(
        "a certificate of another partition",
        f'https: {{certificate: "arn:aws-cn:acm:eu-west-1:123456789012:certificate/{ID}"}}\ndns: none',
        "22:22: https.certificate: "
        "'arn:aws-cn:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123...' is of the "
        "partition aws-cn, eu-west-1 of aws; neither knows the other's credentials",
    ),
    added(
        "a certificate of another account",
        f'account: "210987654321"\nhttps: {{certificate: {ARN}}}\ndns: none',
        "23:22: https.certificate: "
        "'arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456...' belongs to the "
        "account 123456789012; a load balancer in 210987654321 cannot use it",
    ),
    added(
        "a certificate of IAM of another account",
        'account: "210987654321"\nhttps: {certificate: "arn:aws:iam::123456789012:server-certificate/shop"}\ndns: none',
        "23:22: https.certificate: 'arn:aws:iam::123456789012:server-certificate/shop' belongs to the "
        "account 123456789012; a load balancer in 210987654321 cannot use it",
    ),
    added(
        "a certificate of another Region in an option",
        'options: {"aws:elbv2:listener:443": {Protocol: HTTPS, SSLCertificateArns: '
        f'"arn:aws:acm:us-east-1:123456789012:certificate/{ID}"}}}}',
        "22:75: options.aws:elbv2:listener:443.SSLCertificateArns: "
        "'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456...' is a certificate "
        "in us-east-1, not in eu-west-1; request or import one in eu-west-1",
    ),
    added(
        "a requested certificate without zones",
        "https: {certificate: {domain: shop.example.com}}\ndns: none",
        "22:31: https.certificate.domain: DNS validates shop.example.com, but no zone of `dns.zones` holds "
        "it; add one, or name an existing certificate by its ARN",
    ),
    added(
        "a requested certificate outside the zones, if only by a label",
        f"https: {{certificate: {{domain: shop.example.com, alternatives: [shop.myexample.com]}}}}\n{ZONES}",
        "22:64: https.certificate.alternatives.0: DNS validates shop.myexample.com, but no zone of "
        "`dns.zones` holds it; add one, or name an existing certificate by its ARN",
    ),
    added(
        "a name that the requested certificate lacks",
        'https: {certificate: {domain: "*.example.com"}}\ndns: {zones: {example.com: Z0123456789ABC}, names: '
        "[example.com, shop.example.com, a.shop.example.com]}",
        "23:53: dns.names.0: the certificate does not cover example.com; add it to `https.certificate.alternatives`",
        "23:84: dns.names.2: the certificate does not cover a.shop.example.com; add it to "
        "`https.certificate.alternatives`",
    ),
    added(
        "a certificate with a name twice",
        f"https: {{certificate: {{domain: shop.example.com, alternatives: [shop.example.com]}}}}\n{ZONES}",
        "22:64: https.certificate.alternatives.0: the certificate has the name 'shop.example.com' already",
    ),
    added(
        "a smoke test under no name of the certificate",
        f"https: {{certificate: {ARN}}}\ndns: none\nsmoke_test: [{{path: /}}]",
        "24:1: smoke_test: would fail: the certificate does not cover the load balancer's own name; add "
        "yours to `dns.names`",
    ),
    added(
        "a smoke test where all names are wildcards",
        "https: {certificate: {domain: '*.example.com'}}\ndns: {zones: {example.com: Z0123456789ABC}}\n"
        "smoke_test: [{path: /}]",
        "24:1: smoke_test: would fail: the certificate does not cover the load balancer's own name; add "
        "yours to `dns.names`",
    ),
    added(
        "no mapping and not the word none",
        "dns: off",
        "22:6: dns: expected a mapping or none, found 'off'",
    ),
    added(
        "a zone instead of zones",
        "dns: {zone: Z0123456789ABC}",
        "22:7: dns.zone: unknown key; did you mean 'zones'?",
    ),
    added(
        "a zone without its domain",
        "dns: {zones: Z0123456789ABC}",
        "22:14: dns.zones: expected a mapping or none, found 'Z0123456789ABC'",
    ),
    added(
        "the ID of a zone as the API returns it",
        "dns: {zones: {example.com: /hostedzone/Z0123456789ABC}}",
        "22:28: dns.zones.example.com: write the ID alone, Z0123456789ABC, as CloudFormation takes it",
    ),
    added(
        "a zone by its name",
        "dns: {zones: {example.com: example.com}}",
        "22:28: dns.zones.example.com: expected the ID of a hosted zone, such as Z0123456789ABCDEFGHIJ, "
        "found 'example.com'",
    ),
    added(
        "a name without a zone",
        "dns: {names: [shop.example.com]}",
        "22:15: dns.names.0: no zone of `dns.zones` holds shop.example.com; add one, or write `zones: none` "
        "and set the record by hand",
    ),
    added(
        "a name that only ends like a zone",
        "dns: {zones: {example.com: Z0123456789ABC}, names: [myexample.com]}",
        "22:53: dns.names.0: no zone of `dns.zones` holds myexample.com; add one, or write `zones: none` and "
        "set the record by hand",
    ),
    added(
        "a name twice",
        "dns: {zones: {example.com: Z0123456789ABC}, names: [example.com, example.com]}",
        "22:66: dns.names.1: 'example.com' is listed already",
    ),
    case(
        "an alias of a CNAME that is in no known zone",
        "region: eu-west-1",
        f"region: mx-central-1\ncname_prefix: shop-dev\n{ZONES}",
        "3:45: dns.names: an alias record cannot lead to a CNAME of EB in mx-central-1: AWS lists no hosted "
        "zone of it; write `zones: none` and set the records by hand",
    ),
    case(
        "an alias in a Region without known zones",
        "region: eu-west-1",
        f"region: eusc-de-east-1\n{ZONES}",
        "2:45: dns.names: no hosted zone of load balancers in eusc-de-east-1 is known, which an alias record "
        "has to name; write `zones: none` and set the records by hand",
    ),
)
