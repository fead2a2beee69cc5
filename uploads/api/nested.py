"""The base of endpoints below one upload."""

from rest_framework.response import Response

from permissions.api.viewsets import ApiViewSet
from permissions.choices import Action
from uploads.api.representation import represent_upload
from uploads.models import Upload


class NestedUploadViewSet(ApiViewSet):
    """Endpoints below `/uploads/{id}/`. Each action looks the upload up once, through the access rule.

    An action requires only a signed-in caller if the rule decides on the row: a file of another organization then
    answers like one that does not exist.
    """

    queryset = Upload.objects.all()

    def get_upload(self, action: Action, *, lock: bool = False, with_trash: bool = False) -> Upload:
        """Return the upload of the path if the caller may do `action` to it; `with_trash` finds a trashed one too.

        `lock` locks it for the transaction under way and honours `If-Match`. Raises NotFound, Denied and
        PreconditionFailed. One query.
        """
        rows = Upload.everything.all() if with_trash else Upload.objects.all()
        return self.get_row(rows, action, lock=lock)

    def upload_response(self, upload: Upload, status: int = 200) -> Response:
        """Return the response with `upload` as it is in the database now, and with its entity tag."""
        return self.detail_response(upload, represent_upload(upload, self.access, self.request), status)
