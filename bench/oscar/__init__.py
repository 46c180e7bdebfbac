"""django-oscar, the best known shop on Django, as another measure: on the same PostgreSQL, in its own environment.

Nothing here is imported by us. `settings` and `placing` run in the environment that `bench.peers` makes.
"""
