"""Activities of cleaning, in the histories of the files to which removed objects belonged."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.utils import timezone

from common.db.ids import new_id, parse_id
from permissions.models import Organization
from uploads.audit.findings import Finding
from uploads.choices import ActivityAction
from uploads.models import Activity


def record_cleaning(findings: Sequence[Finding]) -> None:
    """Write one activity for each object in the folder of a file of an organization. Two queries."""
    Activity.objects.bulk_create(_activities(findings))


def _activities(findings: Sequence[Finding]) -> Iterator[Activity]:
    owners = {finding.key: _owner_of(finding.key) for finding in findings}
    wanted = {organization for organization, _ in filter(None, owners.values())}
    known = set(Organization.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    for finding in findings:
        owner = owners[finding.key]
        if owner and owner[0] in known:
            yield Activity(
                id=new_id(),
                organization_id=owner[0],
                upload_id=owner[1],
                upload_name=finding.key.rpartition("/")[2][:255],
                action=ActivityAction.CLEAN,
                changes={"key": finding.key, "size": finding.size},
                created_at=timezone.now(),
            )


def _owner_of(key: str) -> tuple[UUID, UUID] | None:
    """Return the ids of the organization and of the file to whose folder a key belongs."""
    parts = key.split("/")
    ids = [parse_id(part) for part in parts[:-1]]
    return next(((ids[0], each) for each in ids[1:] if ids[0] and each), None)
