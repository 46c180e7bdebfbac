"""A payment gateway to practise with: a server of its own, with its own books, that answers over HTTP like a real one.

It imports nothing of the platform but the toolbox; the platform reaches it through `payments.gateways.sandbox`.
"""
