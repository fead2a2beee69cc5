"""How our own models name themselves in usage rows."""

USER_ENTITY = "user"
AVATAR_FIELD = "avatar"
