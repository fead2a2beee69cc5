"""Webhooks: events of files, sent to addresses that organizations chose.

`events` writes the outbox in the transaction of a change · `deliveries` sends what is due, attempt by attempt ·
`message` makes the signed request · `transport` sends it to the address that `addresses` checked.
"""
