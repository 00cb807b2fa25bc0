"""Certificates of load balancers: their ARNs, and how many names one may have.

https://docs.aws.amazon.com/acm/latest/userguide/acm-regions.html
https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_server-certs.html
"""

from __future__ import annotations

import re

from beanstack.eb.findings import shown
from beanstack.eb.references import RESOLVED

PARTITION = "arn:aws[a-z-]*"
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
OF_ACM = rf"{PARTITION}:acm:[a-z0-9-]+:[0-9]{{12}}:certificate/{UUID}"
OF_IAM = rf"{PARTITION}:iam::[0-9]{{12}}:server-certificate/[!-~]{{1,640}}"
ARN = f"^({OF_ACM}|{OF_IAM}|{RESOLVED})$"
FORM = "the ARN of a certificate, arn:aws:acm:REGION:ACCOUNT:certificate/ID"

LONGEST_DOMAIN = 64  # of the first name, which becomes the common name
USUAL_NAMES = 10  # until AWS raises the account's quota
MOST_NAMES = 100


OWNER = re.compile(rf"{PARTITION}:(acm|iam):(?P<region>[^:]*):(?P<account>[0-9]*):")


def other_region_fault(arn: str, region: str) -> str:
    """Return that a certificate is in another Region than the load balancer, if it is; those of IAM are in none.

    https://docs.aws.amazon.com/acm/latest/userguide/acm-regions.html
    """
    found = OWNER.match(arn)
    if not found or found["region"] in ("", region):
        return ""
    place = found["region"]
    return f"{shown(arn)} is a certificate in {place}, not in {region}; request or import one in {region}"


def other_account_fault(arn: str, account: str | None) -> str:
    """Return that a certificate belongs to another account than the load balancer, if it does."""
    found = OWNER.match(arn)
    if not found or account in (None, found["account"]):
        return ""
    return f"{shown(arn)} belongs to the account {found['account']}; a load balancer in {account} cannot use it"
