"""A throw-away authority and the certificates it issues, as PKCS#12 files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

PASSWORD = "throw-away"


@dataclass(frozen=True)
class Issued:
    """Where the files are: the archive with key and certificate, its password, and the authority's certificate."""

    archive: Path
    password: Path
    authority: Path


def issue(
    folder: Path,
    *,
    name: str = "外務省 Ministry",
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    for_signing: bool = True,
    password: str = PASSWORD,
) -> Issued:
    """A certificate of that name, valid from yesterday for a year unless said otherwise."""
    now = datetime.now(UTC)
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
    authority = _certificate("Throw-away authority", "Throw-away authority", authority_key.public_key(), authority_key,
                             now - timedelta(days=1000), now + timedelta(days=1000), ca=True)  # fmt: skip
    own = _certificate(name, "Throw-away authority", key.public_key(), authority_key,
                       valid_from or now - timedelta(days=1), valid_until or now + timedelta(days=365),
                       signing=for_signing)  # fmt: skip
    issued = Issued(folder / "signing.p12", folder / "signing-password", folder / "authority.pem")
    encryption = serialization.BestAvailableEncryption(password.encode())
    issued.archive.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", key, own, [authority], encryption))
    issued.password.write_text(f"{PASSWORD}\n")
    issued.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    for file in (issued.archive, issued.password):
        file.chmod(0o600)
    return issued


def _certificate(
    name: str,
    issuer: str,
    public_key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    signed_by: ec.EllipticCurvePrivateKey,
    valid_from: datetime,
    valid_until: datetime,
    *,
    ca: bool = False,
    signing: bool = True,
) -> x509.Certificate:
    uses = dict.fromkeys(
        ("content_commitment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    uses |= {"digital_signature": signing, "key_encipherment": not signing, "key_cert_sign": ca, "crl_sign": ca}
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_until)
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
        .add_extension(x509.KeyUsage(**uses), critical=True)
        .sign(signed_by, hashes.SHA256())
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
