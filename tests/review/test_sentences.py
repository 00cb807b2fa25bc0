"""What the page says of each environment, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import FIXTURE
from tests.guard.edits import DATABASE, DEPLOYED

if TYPE_CHECKING:
    from tests.review.conftest import Repository

TODOBACKEND = FIXTURE.read_text("utf-8")


def test_a_new_image_of_one_environment(repository: Repository) -> None:
    base = repository.commit(TODOBACKEND)
    image = "385605022855.dkr.ecr.us-east-1.amazonaws.com/docker-in-aws/todobackend:1.0.1"
    repository.commit(TODOBACKEND.replace("\n  prod:\n", f"\n  prod:\n    image: {image}\n"))
    assert repository.sentences(base) == [
        "**prod**: `todobackend 1.0.0 -> 1.0.1`; new version, rolling with additional batch; database untouched; "
        "IAM unchanged",
        "unchanged: dev",
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("nginx:1.27", "nginx:1.28", "`nginx 1.27 -> 1.28`; new version, rolling; database untouched; IAM unchanged"),
        (
            "nginx:1.27",
            "httpd:2.4",
            "`nginx 1.27 -> httpd 2.4`; new version, rolling; database untouched; IAM unchanged",
        ),
        (
            "nginx:1.27",
            f"nginx:1.27@sha256:{'0123456789abcdef' * 4}",
            "`nginx 1.27 -> 1.27@sha256:0123456789ab`; new version, rolling; database untouched; IAM unchanged",
        ),
        (
            "2023/4.7.7",
            "2023/4.7.8",
            "platform `4.7.7 -> 4.7.8`; interruption: instances replaced in batches; database untouched; IAM unchanged",
        ),
        (
            "LEVEL: info",
            "LEVEL: debug",
            "1 other setting changes; interruption: application restart; database untouched",
        ),
        (
            "storage: 30",
            "storage: 40",
            "interruption: not known; database changes: `DBAllocatedStorage`; IAM unchanged",
        ),
        (
            "deletion_policy: Snapshot",
            "deletion_policy: Delete",
            "database changes: deletion policy `Snapshot -> Delete`, `DatabasePassword`; IAM unchanged",
        ),
        (DATABASE, "", "**danger:** `data-loss:database`; "),
        (DATABASE, "", "**database at risk**"),
        ("    database:", "    deletion_protection: true\n    database:", "deletion protection on"),
        ("nginx:1.27", "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1", "IAM changes: 4 permissions gained"),
        ("type: application", "type: network", "**danger:** `create-only:LoadBalancerType`; "),
        ("user: shopper", "user: keeper", "**danger:** `data-loss:database`; interruption: "),
    ],
)
def test_a_change_of_an_environment(repository: Repository, old: str, new: str, words: str) -> None:
    base = repository.commit(DEPLOYED)
    repository.commit(DEPLOYED.replace(old, new))
    [sentence] = repository.sentences(base)
    assert sentence.startswith("**dev**: ")
    assert words in sentence


def test_a_setting_that_lends_a_role_is_a_change_of_iam(repository: Repository) -> None:
    base = repository.commit(DEPLOYED)
    name = "aws:autoscaling:launchconfiguration: {"
    repository.commit(DEPLOYED.replace(name, f"{name}IamInstanceProfile: other, "))
    assert "IAM changes: `IamInstanceProfile`" in repository.sentences(base)[0]


def test_no_change_is_one_line(repository: Repository) -> None:
    base = repository.commit(DEPLOYED)
    repository.commit(DEPLOYED + "# a comment\n")
    assert "\nNo environment changes.\n" in repository.page(base)
    assert repository.sentences(base) == []


def test_a_new_environment_says_what_it_starts_with(repository: Repository) -> None:
    base = repository.commit(DEPLOYED)
    copied = DEPLOYED.partition("  dev:\n")[2]
    repository.commit(f"{DEPLOYED}  staging:\n{copied}  small: {{}}\n")
    assert repository.sentences(base) == [
        "**small**: new environment; `nginx 1.27`; no database",
        "**staging**: new environment; `nginx 1.27`; new, empty database with deletion policy `Snapshot`",
        "unchanged: dev",
    ]


def test_a_removed_environment_says_what_becomes_of_its_data(repository: Repository) -> None:
    base = repository.commit(f"{DEPLOYED}  small: {{}}\n")
    repository.commit(DEPLOYED.partition("  dev:\n")[0] + "  small: {}\n")
    assert repository.sentences(base) == [
        "**dev**: removed from the project; its stack `shop-dev` and its data stay until "
        "`make destroy APP=shop ENV=dev`; then the database would be deleted; RDS keeps a last snapshot of it",
        "unchanged: small",
    ]


def test_a_renamed_application_is_a_new_one(repository: Repository) -> None:
    base = repository.commit(DEPLOYED)
    repository.commit(DEPLOYED.replace("application: shop", "application: store"))
    assert repository.sentences(base) == [
        "**shop dev**: removed from the project; its stack `shop-dev` and its data stay until `make destroy APP=shop "
        "ENV=dev`; then the database would be deleted; RDS keeps a last snapshot of it",
        "**store dev**: new environment; `nginx 1.27`; new, empty database with deletion policy `Snapshot`",
        "application **shop**: removed from the project; what its environments share stays until `make "
        "destroy-application APP=shop`, and its bucket even after that",
        "application **store**: new, with a bucket for bundles and a service role",
    ]
    assert "EB does not rename" in repository.page(base)


def test_another_region_is_another_environment(repository: Repository) -> None:
    base = repository.commit(DEPLOYED)
    repository.commit(DEPLOYED.replace("us-east-1", "eu-west-1"))
    [sentence] = repository.sentences(base)
    assert sentence.startswith(
        "**dev**: **moves** from `shop-dev` in `us-east-1` to `shop-dev` in `eu-west-1`, which is a"
    )
    assert sentence.endswith("new, empty database with deletion policy `Snapshot`")


def test_to_pin_the_account_moves_nothing(repository: Repository) -> None:
    base = repository.commit(DEPLOYED)
    pinned = DEPLOYED.replace("  region:", '  account: "123456789012"\n  region:')
    repository.commit(pinned)
    assert repository.sentences(base) == [
        "**dev**: 1 other setting changes; database untouched; IAM unchanged",
    ]
    pinned_elsewhere = pinned.replace("123456789012", "210987654321")
    base = repository.git("rev-parse", "HEAD")
    repository.commit(pinned_elsewhere)
    assert "**moves**" in repository.sentences(base)[0]


def test_what_the_environments_share_has_a_sentence_of_its_own(repository: Repository) -> None:
    two = f"{DEPLOYED}  small: {{}}\n"
    base = repository.commit(two)
    path = "output/shop/application.yaml"
    repository.edit(path, "AWSElasticBeanstalkEnhancedHealth", "AWSElasticBeanstalkOther")
    repository.commit_files()
    assert repository.sentences(base) == [
        "application **shop**, for all its environments: 1 resource changes; IAM changes: 1 permission gained, "
        "1 permission lost",
        "unchanged: dev, small",
    ]


def test_an_option_that_was_unset_has_ebs_default(repository: Repository) -> None:
    """Which EB sets only when it creates an environment."""
    base = repository.commit(DEPLOYED.partition("    options:\n")[0])
    repository.commit(DEPLOYED)
    assert "`create-only:VPCId`" in repository.sentences(base)[0]


def test_protection_that_goes_in_the_same_commit_still_protects(repository: Repository) -> None:
    protected = DEPLOYED.replace("    database:", "    deletion_protection: true\n    database:")
    base = repository.commit(protected)
    repository.commit(DEPLOYED.replace(DATABASE, ""))
    [sentence] = repository.sentences(base)
    assert sentence.startswith("**dev**: **danger:** `protected:database`, `protected:DatabasePassword`; ")
    assert "deletion protection **off**" in sentence


def test_an_environment_that_was_imported_keeps_its_name(repository: Repository) -> None:
    imported = DEPLOYED.replace("  dev:\n", "  dev:\n    environment_name: legacy-dev\n")
    base = repository.commit(imported)
    repository.commit(imported.replace("1.27", "1.28"))
    assert repository.sentences(base) == [
        "**dev**: `nginx 1.27 -> 1.28`; new version, rolling; database untouched; IAM unchanged",
    ]
    base = repository.commit(imported)
    repository.commit(DEPLOYED)
    assert "**danger:** `replacement:Environment`" in repository.sentences(base)[0]
    assert "**database at risk**" in repository.sentences(base)[0]
