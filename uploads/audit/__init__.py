"""Audit: what stores and rows disagree about, and removing it.

    sources          where keys come from: a listing, or a bucket's inventory
    referenced_keys  the keys that rows expect, in the order of the keys
    merge            both side by side, in constant memory
    scan             one audit of the stores, written down as a plan
    clean, orphans   applying a plan; each object is looked at again
    verify           whether every row has its bytes

An object is no orphan while it is younger than the grace time by any clock, or while any row, open session or entry of
the outbox names it, the trash and tombstones included.
"""
