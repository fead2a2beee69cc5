"""Webhooks: events of files, sent to addresses that organizations chose.

`events` writes the outbox in the transaction of a change · `deliveries` sends what is due, attempt by attempt ·
`message` makes the request and `signature` signs it · `transport` sends it to an address that `addresses` accepts.
"""
