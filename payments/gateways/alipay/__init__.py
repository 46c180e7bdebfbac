"""Alipay, by an adapter of our own: its signature is a dozen lines of `cryptography` (docs/adr/0008)."""

from .gateway import AlipayGateway as AlipayGateway
