"""Trust in a self-signed certificate: the one seen first is the right one."""

import asyncio
import hashlib
import ssl
from typing import override

_OLD_BOXES = "DEFAULT:@SECLEVEL=0"
"""Ciphers: an S50 was seen to offer only an RSA key exchange; some keys are small."""


_OLDEST = {
    # To name TLS 1.0 makes Python warn.
    True: ssl.TLSVersion.MINIMUM_SUPPORTED,
    False: ssl.TLSVersion.TLSv1_2,
}
_OLD_VERSIONS = ("TLSv1", "TLSv1.1")

HANDSHAKE_TIMEOUT = 8
"""Seconds; boxes are slow, with TLS more so."""


class WrongCertificateError(ssl.SSLCertVerificationError):
    """Another certificate than the expected one was shown."""

    def __init__(self, expected: str, seen: str) -> None:
        """Remember the SHA-256 of both."""
        super().__init__("Another certificate was shown")
        self.expected = expected
        self.seen = seen


class CertificatePin:
    """A TLS context for one server, whose certificate is known by its SHA-256.

    It is compared at the end of every handshake, before anything can be sent. If
    none is known, the first one counts.
    """

    def __init__(self, sha256: str | None = None, *, old_tls: bool = False) -> None:
        """Expect a certificate, or whichever comes first.

        With `old_tls`, TLS 1.0 and 1.1 will do where the server has no newer version.
        """
        self.sha256 = sha256
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE
        self.context.set_ciphers(_OLD_BOXES)
        # Else it is the build of OpenSSL that decides.
        self.context.minimum_version = _OLDEST[old_tls]
        pin = self

        class PinnedConnection(ssl.SSLObject):
            @override
            def do_handshake(self) -> None:
                super().do_handshake()
                pin.check(self.getpeercert(binary_form=True) or b"")

        self.context.sslobject_class = PinnedConnection

    def check(self, certificate: bytes) -> None:
        """Refuse any other certificate, in DER, than the expected one."""
        seen = hashlib.sha256(certificate).hexdigest()
        if self.sha256 is None:
            self.sha256 = seen
        if seen != self.sha256:
            raise WrongCertificateError(self.sha256, seen)


async def shows_certificate(
    host: str, port: int, sha256: str, *, old_tls: bool = False
) -> bool:
    """Return whether a server shows a certificate and has its key."""
    return bool(await _version_of(host, port, CertificatePin(sha256, old_tls=old_tls)))


async def speaks_only_old_tls(host: str, port: int) -> bool:
    """Return whether a server has TLS 1.0 or 1.1 and no newer version."""
    return await _version_of(host, port, CertificatePin(old_tls=True)) in _OLD_VERSIONS


async def _version_of(host: str, port: int, pin: CertificatePin) -> str | None:
    """Return the version of TLS that a handshake chooses; nothing else is sent.

    None if there is no handshake, or by another certificate.
    """
    try:
        async with asyncio.timeout(HANDSHAKE_TIMEOUT):
            _, writer = await asyncio.open_connection(host, port, ssl=pin.context)
    except OSError, UnicodeError:  # a wrong certificate and a time-out as well
        return None
    connection: ssl.SSLObject = writer.get_extra_info("ssl_object")
    writer.transport.abort()
    return connection.version()
