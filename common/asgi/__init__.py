"""Django behind an event loop: no request or answer in progress holds a thread, and everything has a clock.

`protocol` and `server` own the connections, `door` what is answered before Django, `spool` and `bodies` how bodies come
in, `handler` the thread that a request takes, `answers` and `streams` how answers leave.
"""
