"""Metadata: what the bytes of a file say of themselves, such as when and with which camera a picture was taken.

It is read in the sandbox, by modules that import no Django; `fields` says which facts there are and how long they may
be. `uploads/files/metadata.py` writes it into the row.
"""
