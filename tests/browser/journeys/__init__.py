"""Whole lives in a real browser: the consumer's, the merchant's, the operator's."""
