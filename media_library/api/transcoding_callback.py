"""`/media-items/{id}/transcoding-callback/`: what a transcoder elsewhere has to say."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from common.db.ids import parse_id
from common.errors import NotFound
from media_library.api.media_serializers import TranscodingCallbackSerializer
from media_library.transcoding.remote import awaited, note_failure, note_progress, note_success
from media_library.transcoding.signatures import SIGNATURE, TIMESTAMP, require_signature
from permissions.api.requirements import ANYONE, Requirement

# The signature is the permission.
CALLBACK_ACTIONS: dict[str, Requirement] = {"transcoding_callback": ANYONE}
_SIGNED = [OpenApiParameter(name, str, OpenApiParameter.HEADER, required=True) for name in (TIMESTAMP, SIGNATURE)]


class CallbackMixin:
    """Adds the callback to the viewset of media items."""

    @extend_schema(request=TranscodingCallbackSerializer, responses={204: None}, parameters=_SIGNED)
    @action(detail=True, methods=["post"], url_path="transcoding-callback")
    def transcoding_callback(self, request: Any, pk: str) -> Response:
        """Report progress, success or failure of one attempt. Saying it twice is saying it once.

        The body is signed: `X-Signature: sha256=<hmac>` of `X-Timestamp`, a dot and the body. What is said to be
        stored is looked at before it is believed.
        """
        require_signature(request.headers, request._request.body)
        body = TranscodingCallbackSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said: Any = body.validated_data
        item_id = parse_id(pk)
        if item_id is None:
            raise NotFound
        item = awaited(item_id=item_id, prefix=said["output_prefix"])
        if not item.attempt_prefix:
            return Response(status=204)  # it was said before
        if said["status"] == "progress":
            note_progress(item=item, percent=said["progress"])
        elif said["status"] == "failure":
            note_failure(item=item, why=said["error"])
        else:
            duration = said.get("duration_seconds")
            note_success(item=item, master=said["master"], named=said["outputs"], duration=duration)
        return Response(status=204)
