"""Certificates as boxes have them: made by themselves."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
import ssl
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

OLD_CIPHER = "AES256-GCM-SHA384"
OLD_KEY_SIZE = 1024
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
