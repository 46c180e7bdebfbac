"""What `make faults` runs: the whole platform, its processes and servers killed, cut off, flooded and lied to.

Everything is real and its own: PostgreSQL that keeps its promises, Valkey, web server, worker, beat, and the gateway to
practise with. After each fault the books are compared, and every invariant holds.
"""
