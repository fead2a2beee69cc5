"""Audit: finding differences between stores and rows, and cleaning them.

    sources          where keys come from: a listing, or a bucket's inventory
    referenced_keys  the keys that rows expect, in the order of the keys
    merge            both compared in one pass, in constant memory
    scan             one audit of the stores, written as a plan
    clean, orphans   applying a plan; each object is checked again
    verify           checking that every row has its bytes

An object is not an orphan while it is younger than the grace time by any clock, or while a row (trash and tombstones
included), an open session or an entry of the outbox names it.
"""
