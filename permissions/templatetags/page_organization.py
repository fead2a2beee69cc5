"""`{% csrf_token %}` in a page of the admin, with the organization of the page and the person who opened it.

Every form that writes has this tag, also in templates of Django and of the theme, so every form has these fields. The
tag is a builtin of the template engine (TEMPLATES).
"""

from django import template
from django.template.base import Parser, Token
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()


class PageTokenNode(CsrfTokenNode):
    def render(self, context: template.Context) -> SafeString:
        # Tag libraries are imported before the models are.
        from permissions.admin.tenant import FIELD, PERSON_FIELD, page_organization

        token = SafeString(super().render(context))
        access = getattr(context.get("request"), "admin_access", None)
        if not token or not access:
            return token
        fields = [(PERSON_FIELD, access.user_id), (FIELD, page_organization(access))]
        given = [(name, value) for name, value in fields if value]
        return token + format_html_join("", '<input type="hidden" name="{}" value="{}">', given)


@register.tag
def csrf_token(parser: Parser, token: Token) -> PageTokenNode:
    return PageTokenNode()
