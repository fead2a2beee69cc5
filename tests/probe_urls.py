"""Endpoints that exist for tests alone: one of every kind of declaration, and one of every kind of failure."""

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError, transaction
from django.http import Http404
from django.urls import include, path
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from common.errors import Conflict, InUse, TooManyOpen, Unavailable
from config.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401
from permissions.api.requirements import ANYONE, SIGNED_IN, AnonymousOr
from permissions.api.serializers import RowField, StrictSerializer
from permissions.api.viewsets import ApiViewSet
from permissions.choices import Action, Permission
from uploads.models import Upload
from uploads.storage.contract import StoreUnavailable


class ProbeSerializer(StrictSerializer):
    """A field of each kind that matters."""

    ignored_fields = frozenset({"shown"})

    id = serializers.IntegerField(read_only=True)
    title = serializers.CharField(required=False, max_length=10)
    kind = serializers.ChoiceField(["a", "b"], required=False)
    upload = RowField(queryset=Upload.objects.all(), required=False)
    visible = RowField(queryset=Upload.objects.all(), required=False, allowing=Action.VIEW)


class ProbeViewSet(ApiViewSet):
    """Rows of uploads, under every kind of requirement."""

    requires = {
        "list": AnonymousOr(Permission.MEDIA_VIEW),
        "create": SIGNED_IN,
        "retrieve": ANYONE,
        "partial_update": SIGNED_IN,
        "everyone": ANYONE,
        "either": (Permission.MEDIA_DELETE_ALL, Permission.MEDIA_DELETE_OWN),
        "uploaders": Permission.MEDIA_UPLOAD,
    }
    queryset = Upload.objects.all()
    serializer_class = ProbeSerializer

    def list(self, request):
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset().allowing(self.access, Action.VIEW)))
        return self.get_paginated_response([str(row.pk) for row in rows])

    def create(self, request):
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response({name: str(value) for name, value in body.validated_data.items()})

    def retrieve(self, request, pk):
        row = self.get_row(self.get_queryset(), Action.VIEW)
        return self.detail_response(row, {"id": str(row.pk)})

    @transaction.atomic
    def partial_update(self, request, pk):
        row = self.get_row(self.get_queryset(), Action.EDIT, lock=True)
        return self.detail_response(row, {"id": str(row.pk)})

    def destroy(self, request, pk):
        raise AssertionError("not declared, so never called")

    @action(detail=False)
    def everyone(self, request):
        return Response({"organization": str(self.access.organization_id)})

    @action(detail=False)
    def either(self, request):
        return Response({})

    @action(detail=False)
    def uploaders(self, request):
        return Response({})

    @action(detail=False)
    def undeclared(self, request):
        raise AssertionError("not declared, so never called")


FAILURES = {
    "conflict": Conflict,
    "in-use": lambda: InUse(items=[{"entity_type": "page"}]),
    "too-many": TooManyOpen,
    "unavailable": Unavailable,
    "store": lambda: StoreUnavailable("http://key:secret@store"),
    "database": lambda: OperationalError("canceling statement due to lock timeout at 10.1.2.3"),
    "connection": lambda: InterfaceError("connection already closed"),
    "data": lambda: DataError("integer out of range"),
    "missing": Http404,
    "denied": PermissionDenied,
    "suspicious": lambda: SuspiciousOperation("secret"),
    "too-big": lambda: RequestDataTooBig("secret"),
    "bug": lambda: RuntimeError("secret"),
}


class FailureViewSet(ApiViewSet):
    """Raises the failure that the URL names."""

    requires = {"retrieve": ANYONE}

    def retrieve(self, request, pk):
        raise FAILURES[pk]()


def fail(request, kind):
    """The same failures outside DRF."""
    raise FAILURES[kind]()


router = SimpleRouter()
router.register("probes", ProbeViewSet, basename="probe")
router.register("failures", FailureViewSet, basename="failure")

urlpatterns = [
    path("api/v1/", include(router.urls)),
    path("api/plain/<kind>/", fail),
    path("plain/<kind>/", fail),
    *urlpatterns,
]
