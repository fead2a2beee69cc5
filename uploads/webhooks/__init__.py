"""Sending what happened to where an organization wants to know it.

`targets` which addresses may be called · `calling` one HTTP request, to the address that was checked ·
`delivering` the outbox of deliveries, attempt by attempt.
`uploads.webhooks.events` writes the outbox.
"""
