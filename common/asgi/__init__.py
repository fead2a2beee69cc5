"""Django behind an event loop: a request or response in transfer holds no thread, and everything has a time limit.

`server` and `protocol` own the connections. `admission` answers before Django, `bodies` and `spool` receive request
bodies, `handler` runs Django in a thread of `pool`, `responses` and `streams` send responses.
"""
