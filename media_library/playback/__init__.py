"""Playing: addresses that are good for one person, one item and some hours, with everything a player asks for below.

A player fetches dozens of objects by relative names and sends no headers of ours, so the permission is part of the
path. It is looked at anew for every object: a token opens nothing that its person may not see at that moment.
"""
