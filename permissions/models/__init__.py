"""People, organizations, what memberships let people do, and what authentication stores."""

from permissions.models.authentication import ApiToken, KnownNetwork, SignInCounter
from permissions.models.organizations import Membership, Organization, Role
from permissions.models.users import User

__all__ = ["ApiToken", "KnownNetwork", "Membership", "Organization", "Role", "SignInCounter", "User"]
