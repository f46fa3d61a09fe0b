"""Certificates as boxes have them: made by themselves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
import ssl
from tempfile import TemporaryDirectory
import warnings

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

OLD_CIPHER = "AES256-GCM-SHA384"
OLD_KEY_SIZE = 1024
# A record of type 21 (alert) in TLS 1.0 with two bytes: fatal, protocol_version.
PROTOCOL_VERSION_ALERT = bytes((21, 3, 1, 0, 2, 2, 70))
KEY_SIZE = 2048


def server_context(*, old_box: bool = False) -> ssl.SSLContext:
    """Return a context with a new certificate.

    An old box speaks TLS 1.2 alone and only the cipher that was seen on an S50; its
    key is small.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if old_box:
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(f"{OLD_CIPHER}:@SECLEVEL=0")
    show(context, new_certificate(OLD_KEY_SIZE if old_box else KEY_SIZE))
    return context


def outdated_context() -> ssl.SSLContext:
    """Return a context that speaks TLS 1.0 and 1.1 alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    show(context, new_certificate(OLD_KEY_SIZE))
    return context


@asynccontextmanager
async def refusing_tls_1_2() -> AsyncIterator[int]:
    """Answer every handshake as a box without TLS 1.2 does; yield the port.

    The server of `outdated_context` refuses the same handshakes, but asyncio closes its
    connection before the alert is sent, so clients of it see a reset.
    """

    async def refuse(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await reader.readexactly(5)
            writer.write(PROTOCOL_VERSION_ALERT)
            writer.write_eof()
            await reader.read()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        server.close_clients()


def show(context: ssl.SSLContext, certificate: bytes) -> None:
    """Show a certificate from the next connection on; its key is with it."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "box.pem")
        path.write_bytes(certificate)
        context.load_cert_chain(path)


def fingerprint(certificate: bytes) -> str:
    """Return the SHA-256 of a certificate, as browsers show it."""
    pem = certificate[certificate.index(b"-----BEGIN CERTIFICATE") :].decode()
    return sha256(ssl.PEM_cert_to_DER_cert(pem)).digest().hex(":").upper()


def new_certificate(
    key_size: int = OLD_KEY_SIZE, *, address: str | None = None
) -> bytes:
    """Return a key and a certificate signed with it.

    Boxes leave out whose address it is for, unless somebody gave them a better one.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=key_size)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Yeastar")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
    )
    if address:
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
        builder = builder.add_extension(names, critical=False)
    certificate = builder.sign(key, hashes.SHA256())
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + certificate.public_bytes(serialization.Encoding.PEM)
