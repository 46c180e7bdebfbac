"""What `make bench` runs: the platform beside the bare SQL of its own statements, in one run on one machine.

Each row does some work through the platform's services on one copy of a seeded database while every statement is
written down, then sends those same statements, with the same transactions, over a bare cursor to another copy. Copies
of one database hand out the same ids, so the statements fit. The ratio says what Python costs on top of the database.
"""
