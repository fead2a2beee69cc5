"""`/media-items/{id}/transcoding-callback/`: reports of a remote transcoder."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.ids import parse_id
from common.errors import NotFound
from media_library.api.media_serializers import TranscodingCallbackSerializer
from media_library.transcoding.remote import awaiting_item, record_failure, record_progress, record_success
from media_library.transcoding.signatures import SIGNATURE, TIMESTAMP, require_signature
from permissions.api.requirements import ANYONE
from permissions.api.viewsets import ApiViewSet
from uploads.models import Upload

_SIGNED = [OpenApiParameter(name, str, OpenApiParameter.HEADER, required=True) for name in (TIMESTAMP, SIGNATURE)]


class TranscodingCallbackViewSet(ApiViewSet):
    """Reports of a remote transcoder about one media item."""

    requires = {"create": ANYONE}  # the signature is the permission
    queryset = Upload.objects.none()
    serializer_class = TranscodingCallbackSerializer

    @extend_schema(
        summary="Report on a transcoding",
        request=TranscodingCallbackSerializer,
        responses={204: None},
        parameters=_SIGNED,
    )
    def create(self, request: Request, pk: str) -> Response:
        """Progress, success or failure of one attempt; a repeated report changes nothing.

        The request is signed: `X-Signature: sha256=<hmac>` of `X-Timestamp`, a dot and the body. Reported objects are
        verified in storage.
        """
        require_signature(request.headers, request._request.body)
        data = self.validate_body(TranscodingCallbackSerializer)
        item_id = parse_id(pk)
        if item_id is None:
            raise NotFound
        item = awaiting_item(item_id=item_id, prefix=data["output_prefix"])
        if not item.attempt_prefix:
            return Response(status=204)  # it was reported before
        if data["status"] == "progress":
            record_progress(item=item, percent=data["progress"])
        elif data["status"] == "failure":
            record_failure(item=item, reason=data["error"])
        else:
            duration = data.get("duration_seconds")
            record_success(item=item, master=data["master"], names=data["outputs"], duration=duration)
        return Response(status=204)
