"""The admin of people and organizations, and the base every other admin builds on.

Nothing is registered here: the site itself lives in this package and is being made when Django first imports it.
`PermissionsConfig.ready` imports `registration` once the site stands.
"""
