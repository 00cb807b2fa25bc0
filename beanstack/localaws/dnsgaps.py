"""Behaviour of Route 53 and of ACM's validation by DNS that Beanstack relies on and that ministack lacks.

tests/localaws/test_dns.py has contract tests for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from beanstack.localaws.modules import Modules


def close_gaps(modules: Modules) -> None:
    """Refuse records, and the validation of certificates, in zones that do not hold their names."""
    check = _check_of(modules)

    def records(properties: Any) -> None:
        if properties.get("HostedZoneId"):
            check(str(properties["HostedZoneId"]), str(properties.get("Name", "")))

    def validations(properties: Any) -> None:
        for option in properties.get("DomainValidationOptions") or ():
            if option.get("HostedZoneId"):
                check(str(option["HostedZoneId"]), str(option.get("DomainName", "")))

    _checked(modules, "AWS::Route53::RecordSet", records)
    _checked(modules, "AWS::CertificateManager::Certificate", validations)


def _check_of(modules: Modules) -> Callable[[str, str], None]:
    """Return what raises ValueError if a zone does not exist, or a name is not in it at the boundary of a label.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
    """

    def check(zone_id: str, name: str) -> None:
        zone = modules.route53._zones.get(zone_id)
        if zone is None:
            raise ValueError(f"No hosted zone found with ID: {zone_id} (Service: Route53, Status Code: 404)")
        full = f"{name.rstrip('.').lower()}."
        if full != zone["name"] and not full.endswith(f".{zone['name']}"):
            raise ValueError(f"RRSet with DNS name {full} is not permitted in zone {zone['name']}")

    return check


def _checked(modules: Modules, resource_type: str, check: Callable[[Any], None]) -> None:
    """Check the properties of resources of a type before they are created or updated."""
    handler = modules.provisioners._RESOURCE_HANDLERS[resource_type]
    create, update = handler["create"], handler["update"]

    def created(logical_id: str, properties: Any, *arguments: Any) -> Any:
        check(properties)
        return create(logical_id, properties, *arguments)

    def updated(physical_id: str, before: Any, properties: Any, *arguments: Any, **more: Any) -> Any:
        check(properties)
        return update(physical_id, before, properties, *arguments, **more)

    handler["create"], handler["update"] = created, updated
