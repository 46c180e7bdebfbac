"""J1 J6: how a shop does, by day, week and month, beside the time before; every number leads to its rows."""
