"""Money: gateways, payments, refunds, the double-entry ledger. It knows no order: a payment carries an opaque
subject."""
