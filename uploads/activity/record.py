"""Recording activity: every service that changes files calls `record_activity` in its own transaction."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, JSONArray, JSONObject, Left, NullIf
from django.utils import timezone

from common.db.insert_select import Json, NewId, insert_from
from common.web.request_id import request_id
from permissions.models import User
from uploads.choices import ActivityAction
from uploads.models import Activity, Upload
from uploads.webhooks.events import EVENTS, emit

NAME = Coalesce(NullIf("title", Value("")), "original_filename", output_field=CharField())

ACCESS_FIELDS = frozenset({"visibility", "allowed_roles", "allowed_users"})


def record_activity(
    *,
    action: ActivityAction,
    uploads: Upload | QuerySet[Upload],
    actor_id: UUID | None,
    changes: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> int:
    """Write one entry for each of `uploads`, inside the caller's transaction; return how many. One INSERT.

    Webhooks get the event as well (`events.emit`), with `facts`, the new values of `turned_into`, and for the rest the
    present values of the rows.

    Call it while the rows exist and, if `changes` has expressions over them (`turned_into`), before they change. Leave
    out rows that do not change. `actor_id` None is the system.
    """
    rows = uploads if isinstance(uploads, QuerySet) else Upload.everything.filter(pk=uploads.pk)
    actor = User.objects.filter(Q(pk=actor_id)).order_by()
    count = insert_from(
        rows,
        Activity,
        id=NewId(),
        organization=F("organization_id"),
        upload_id=F("pk"),
        upload_name=Left(NAME, 255),
        action=action,
        actor=actor_id,
        actor_name=Coalesce(actor.values("username")[:1], Value("")),
        request_id=request_id(),
        changes=_as_json(changes or {}),
        created_at=timezone.now(),
    )
    if count and action in EVENTS:
        turned = {name: value.after for name, value in (changes or {}).items() if isinstance(value, TurnedInto)}
        emit(event=EVENTS[action], uploads=uploads, facts={**turned, **(facts or {})})
    return count


class TurnedInto(JSONArray):
    """`[before, after]` of a column, for each row."""

    after: str = ""


def turned_into(field: str, value: str) -> TurnedInto:
    """Return the change of the text column `field` of each row from its present value to `value`."""
    turned = TurnedInto(F(field), Value(value))
    turned.after = value
    return turned


def action_of(changes: Mapping[str, Any]) -> ActivityAction:
    """Return ACCESS for a change of who may see a file, EDIT for any other change."""
    return ActivityAction.ACCESS if ACCESS_FIELDS & changes.keys() else ActivityAction.EDIT


def _as_json(changes: Mapping[str, Any]) -> JSONObject | dict[str, Any]:
    if not any(hasattr(value, "resolve_expression") for value in changes.values()):
        return dict(changes)
    return JSONObject(
        **{name: value if hasattr(value, "resolve_expression") else Json(value) for name, value in changes.items()}
    )
