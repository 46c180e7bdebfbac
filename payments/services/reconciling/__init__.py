"""Gateways' bills against our books, day by day: read, compared, repaired by replaying what gateways say, or left to
a person. No balance is ever edited here.
"""
