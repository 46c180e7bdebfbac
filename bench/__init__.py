"""What `make bench` runs: the platform beside the least that the same work could cost, in one run on one machine.

A row (`bench/rows/`, one module each) has two sides that do the same work: ours, and a reference that leaves out
everything but the limit it measures. Both run on copies of one seeded database, by turns, three times; what counts is
the ratio, because two cores of somebody else's computer promise no absolute number.
"""
