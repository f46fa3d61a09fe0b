"""What a PBX shows at a TLS handshake; nothing else is sent."""

import asyncio
from contextlib import suppress
import ssl
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from custom_components.yeastar.pbx.certificate import CertificatePin

TIMEOUT = 8.0
"""Seconds; boxes are slow, with TLS more so."""


async def tls_facts(host: str, port: int) -> dict[str, Any]:
    """Return version, cipher and certificate of a server, without its names.

    Empty if there is no handshake.
    """
    connection = await _handshake(host, port, CertificatePin(old_tls=True).context)
    if connection is None:
        return {}
    cipher = connection.cipher()
    strict = CertificatePin().context
    strict.set_ciphers("ECDHE:DHE:@SECLEVEL=0")
    return {
        "version": connection.version(),
        "cipher": cipher[0] if cipher else None,
        "has_forward_secrecy": await _handshake(host, port, strict) is not None,
        "certificate": _certificate_facts(connection.getpeercert(binary_form=True)),
    }


async def is_reached(host: str, port: int) -> bool:
    """Return whether a server takes connections, with or without TLS."""
    try:
        async with asyncio.timeout(TIMEOUT):
            _, writer = await asyncio.open_connection(host, port)
    except OSError, UnicodeError:
        return False
    writer.transport.abort()
    return True


async def _handshake(
    host: str, port: int, context: ssl.SSLContext
) -> ssl.SSLObject | None:
    try:
        async with asyncio.timeout(TIMEOUT):
            _, writer = await asyncio.open_connection(host, port, ssl=context)
    except OSError, UnicodeError:
        return None
    connection: ssl.SSLObject = writer.get_extra_info("ssl_object")
    writer.transport.abort()
    return connection


def _certificate_facts(der: bytes | None) -> dict[str, Any]:
    try:
        certificate = x509.load_der_x509_certificate(der or b"")
        key = certificate.public_key()
    except ValueError, x509.UnsupportedGeneralNameType:
        return {"readable": False}
    is_signed_by_itself = False
    with suppress(ValueError, TypeError, InvalidSignature):
        certificate.verify_directly_issued_by(certificate)
        is_signed_by_itself = True
    digest = certificate.signature_hash_algorithm
    kind = {rsa.RSAPublicKey: "RSA", ec.EllipticCurvePublicKey: "EC"}
    return {
        "key": next(
            (name for of, name in kind.items() if isinstance(key, of)), "other"
        ),
        "key_size": getattr(key, "key_size", None),
        "signature_hash": digest.name if digest else None,
        "signed_by_itself": is_signed_by_itself,
        "valid_from": certificate.not_valid_before_utc.date().isoformat(),
        "valid_until": certificate.not_valid_after_utc.date().isoformat(),
        "has_alternative_names": _has_alternative_names(certificate),
    }


def _has_alternative_names(certificate: x509.Certificate) -> bool:
    with suppress(ValueError, x509.ExtensionNotFound):
        certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        return True
    return False
