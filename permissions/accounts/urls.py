"""Routes of the pages of one's own account."""

from django.urls import path

from permissions.accounts.installation import InstallationPage
from permissions.accounts.invitations import InvitationPage
from permissions.accounts.passwords import PasswordChangePage, PasswordResetConfirmPage, PasswordResetPage
from permissions.accounts.sign_in import OverviewPage, SignInPage, SignOutPage
from permissions.accounts.tokens import TokensPage

app_name = "account"
urlpatterns = [
    path("", OverviewPage.as_view(), name="overview"),
    path("sign-in/", SignInPage.as_view(), name="sign_in"),
    path("sign-out/", SignOutPage.as_view(), name="sign_out"),
    path("password/change/", PasswordChangePage.as_view(), name="password_change"),
    path("password/reset/", PasswordResetPage.as_view(), name="password_reset"),
    path("password/reset/<uidb64>/<token>/", PasswordResetConfirmPage.as_view(), name="password_reset_confirm"),
    path("tokens/", TokensPage.as_view(), name="tokens"),
    path("invitation/<token>/", InvitationPage.as_view(), name="invitation"),
    path("setup/", InstallationPage.as_view(), name="setup"),
]
