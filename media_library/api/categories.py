"""`/categories/`."""

from typing import cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.transactions import transactional
from media_library.api.content_filters import CategoryFilterSet
from media_library.models import Category
from media_library.services.categories import CategoryFields, create_category, delete_category, update_category
from permissions.api.serializers import StrictModelSerializer
from permissions.api.viewsets import ApiViewSet
from permissions.choices import Permission
from uploads.api.details import TextField


class CategorySerializer(StrictModelSerializer):
    """A category. Names and slugs are unique in the organization, whatever their case."""

    name = TextField(max_length=100)
    slug = serializers.SlugField(
        max_length=100, allow_unicode=True, required=False, help_text="Default: from the name."
    )
    description = TextField(max_length=2000, allow_blank=True, required=False)

    class Meta:
        model = Category
        fields = ["id", "name", "slug", "description", "created_at", "updated_at"]
        read_only_fields = ["id", "created_at", "updated_at"]


@extend_schema_view(list=extend_schema(summary="List categories by name"))
class CategoryViewSet(ListModelMixin, ApiViewSet):
    """Categories of content."""

    has_entity_tags = True
    requires = {
        "create": Permission.ADD_CATEGORY,
        "destroy": Permission.DELETE_CATEGORY,
        "list": Permission.VIEW_CATEGORY,
        "partial_update": Permission.CHANGE_CATEGORY,
        "retrieve": Permission.VIEW_CATEGORY,
    }
    queryset = Category.objects.all()
    serializer_class = CategorySerializer
    filterset_class = CategoryFilterSet

    def get_queryset(self) -> QuerySet[Category]:
        return Category.objects.allowing(self.access, "view")

    @extend_schema(summary="Read a category")
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.category_response(self.get_row(Category.objects.all(), "view"))

    @extend_schema(summary="Create a category")
    def create(self, request: Request) -> Response:
        fields = cast(CategoryFields, self.validate_body(CategorySerializer))
        organization_id = self.access.organization_id
        assert organization_id, "a permission is granted in an organization"
        return self.category_response(create_category(organization_id=organization_id, fields=fields), 201)

    @extend_schema(summary="Update a category")
    @transactional
    def partial_update(self, request: Request, pk: str) -> Response:
        category = self.get_row(Category.objects.all(), "change", lock=True)
        fields = cast(CategoryFields, self.validate_body(CategorySerializer, partial=True))
        update_category(category=category, fields=fields)
        return self.category_response(category)

    @extend_schema(summary="Delete a category; 409 while content is in it", responses={204: None})
    @transactional
    def destroy(self, request: Request, pk: str) -> Response:
        delete_category(access=self.access, category=self.get_row(Category.objects.all(), "delete", lock=True))
        return Response(status=204)

    def category_response(self, category: Category, status: int = 200) -> Response:
        return self.detail_response(category, self.get_serializer(category).data, status)
