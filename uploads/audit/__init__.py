"""Finding what stores and rows do not agree about, and cleaning it up.

    sources   where keys come from: a listing, or a bucket's inventory
    claims    what rows say there is, in the order of the keys
    merging   the two, side by side, in constant memory
    auditing  one look at every store, written down as a plan
    cleaning  doing what a plan says, each object looked at again

Nothing is an orphan that is younger than the grace time by every clock, or that any row, open session or entry of the
outbox names, the trash and tombstones included.
"""
