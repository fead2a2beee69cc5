"""People, organizations, what memberships let people do, and what authentication stores."""

from permissions.models.authentication import ApiToken, KnownNetwork, SignInCounter
from permissions.models.invitations import Invitation
from permissions.models.organizations import Membership, Organization, Role
from permissions.models.users import User

__all__ = ["ApiToken", "Invitation", "KnownNetwork", "Membership", "Organization", "Role", "SignInCounter", "User"]
