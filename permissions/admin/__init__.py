"""The admin of people and organizations, and the base every other admin builds on.

Nothing is registered here: Django imports this package while it makes the site, which is a module of it.
`PermissionsConfig.ready` imports `registration` once the site exists.
"""
