"""RSA keys as gateways hand them out: PEM, or the bare base64 line of a developer's console. All raise ValueError."""

import base64

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)
from cryptography.x509 import Certificate, load_pem_x509_certificates

PEM = "-----BEGIN "


def read_private_key(text: str) -> RSAPrivateKey:
    """A private RSA key without a password."""
    if text.lstrip().startswith(PEM):
        key = load_pem_private_key(text.encode(), password=None)
    else:
        key = load_der_private_key(base64.b64decode("".join(text.split())), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("not an RSA key")
    return key


def read_public_key(text: str) -> RSAPublicKey:
    """A public RSA key."""
    if text.lstrip().startswith(PEM):
        key = load_pem_public_key(text.encode())
    else:
        key = load_der_public_key(base64.b64decode("".join(text.split())))
    if not isinstance(key, RSAPublicKey):
        raise ValueError("not an RSA key")
    return key


def read_certificates(text: str) -> list[Certificate]:
    """One certificate or several, PEM after PEM."""
    return load_pem_x509_certificates(text.encode())


def private_pem(key: RSAPrivateKey) -> str:
    """The one form that every library reads."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem(key: RSAPublicKey) -> str:
    """The one form that every library reads."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
