"""Trust in a certificate that nobody signed: the one seen first is the right one."""

import asyncio
import hashlib
import ssl
from typing import override

_OLD_BOXES = "DEFAULT:@SECLEVEL=0"
"""Ciphers: an S50 was seen to offer only an RSA key exchange; some keys are small."""


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

    def __init__(self, sha256: str | None = None) -> None:
        """Expect a certificate, or whichever comes first."""
        self.sha256 = sha256
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE
        self.context.set_ciphers(_OLD_BOXES)
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


async def shows_certificate(host: str, port: int, sha256: str) -> bool:
    """Return whether a server shows a certificate and has its key.

    Nothing is sent but a handshake.
    """
    context = CertificatePin(sha256).context
    try:
        async with asyncio.timeout(HANDSHAKE_TIMEOUT):
            _, writer = await asyncio.open_connection(host, port, ssl=context)
    except OSError:  # a wrong certificate and a time-out as well
        return False
    writer.transport.abort()
    return True
