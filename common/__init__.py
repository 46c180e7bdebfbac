"""The toolbox that knows no domain: money, clock, ids, crypto, errors, state machines, events, registries."""
