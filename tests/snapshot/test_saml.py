"""SAML metadata: certificates are found and read, and nothing hostile in the document does anything."""

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from auditor.errors import InputError
from auditor.snapshot import saml
from auditor.snapshot.saml import not_after, signing_certificates
from tests.fake_aws import Fault, accounts
from tests.fake_aws.accounts.saml import EXPIRES_2026_12_15, EXPIRES_2036_11_17, metadata
from tests.looks import look

MD = "urn:oasis:names:tc:SAML:2.0:metadata"
DS = "http://www.w3.org/2000/09/xmldsig#"


def certificate(end):
    key = ec.generate_private_key(ec.SECP256R1())
    long = "idp.example.com " * 4  # so long that lengths take more than one byte
    name = x509.Name([x509.NameAttribute(oid, long) for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(2**150).not_valid_before(end - timedelta(days=30)).not_valid_after(end)
    return b64encode(builder.sign(key, SHA256()).public_bytes(Encoding.DER)).decode()


def document(*keys, root="EntityDescriptor", role="IDPSSODescriptor"):
    described = "".join(
        f"<md:KeyDescriptor{f' use={use!r}' if use else ''}><ds:KeyInfo><ds:X509Data>"
        f"<ds:X509Certificate>\n  {text}\n</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        for use, text in keys
    )
    inner = f"<md:{role}>{described}</md:{role}>"
    return f'<md:{root} xmlns:md="{MD}" xmlns:ds="{DS}">{inner}</md:{root}>'


@pytest.mark.parametrize(
    "end",
    [
        datetime(2026, 12, 15, 12, tzinfo=UTC),
        datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2050, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    ],
)
def test_the_end_of_a_certificate_is_what_another_reader_says(end):
    assert not_after(certificate(end)) == end


def test_line_breaks_in_a_certificate_do_not_matter():
    text = "\n".join(EXPIRES_2036_11_17[at : at + 64] for at in range(0, len(EXPIRES_2036_11_17), 64))
    assert not_after(text) == not_after(EXPIRES_2036_11_17) == datetime(2036, 11, 17, 12, tzinfo=UTC)


def test_certificates_that_sign_count_and_others_do_not():
    ends = [entry["NotAfter"].year for entry in signing_certificates(document(
        ("signing", EXPIRES_2026_12_15), ("encryption", EXPIRES_2036_11_17), ("", EXPIRES_2036_11_17)
    ))]  # fmt: skip
    assert ends == [2026, 2036]


def test_keys_of_what_is_no_identity_provider_do_not_count():
    assert signing_certificates(document(("signing", EXPIRES_2026_12_15), role="SPSSODescriptor")) == []
    assert signing_certificates("<nothing/>") == []


def test_a_provider_that_stands_alone_is_read_as_well():
    inner = document(("signing", EXPIRES_2026_12_15), root="IDPSSODescriptor", role="Extensions")
    assert [entry["NotAfter"].year for entry in signing_certificates(inner)] == [2026]


def test_no_more_certificates_are_read_than_any_provider_has():
    many = document(*[("signing", EXPIRES_2026_12_15)] * 150)
    assert len(signing_certificates(many)) == saml.MAX_CERTIFICATES


HOSTILE = {
    "entities": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "a file": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "a bomb": '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>',
    "a definition elsewhere": '<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>',
    "not closed": "<a>",
    "nothing": "",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_metadata_is_refused(text):
    with pytest.raises(InputError, match="cannot be parsed"):
        signing_certificates(text)


def test_metadata_that_is_too_long_is_refused_before_it_is_parsed(monkeypatch):
    monkeypatch.setattr(saml, "MAX_METADATA", 100)
    with pytest.raises(InputError, match="too long"):
        signing_certificates(metadata("idp.example.com", EXPIRES_2026_12_15))


def der(tag, *contents):
    """An element in DER whose content is short."""
    content = b"".join(contents)
    return bytes((tag, len(content))) + content


def certificate_until(end):
    """As much of a certificate as it takes to come to its end."""
    number, nothing = der(0x02, b"\x01"), der(0x30)
    return b64encode(der(0x30, der(0x30, number, nothing, nothing, der(0x30, number, end)))).decode()


def test_a_certificate_of_the_first_version_states_none():
    assert not_after(certificate_until(der(0x17, b"261215120000Z"))) == datetime(2026, 12, 15, 12, tzinfo=UTC)


BROKEN = {
    "no base64": "%%%",
    "nothing": "",
    "another kind of thing": b64encode(der(0x02, b"\x05")).decode(),
    "cut off": EXPIRES_2026_12_15[:40],
    "longer than it is": b64encode(b"\x30\x82\x01\x00" + b"\x30" * 10).decode(),
    "a length without end": b64encode(b"\x30\x80\x00\x00").decode(),
    "a length of many bytes": b64encode(b"\x30\x89" + b"\xff" * 9).decode(),
    "no time": certificate_until(der(0x02, b"\x01")),
    "no date": certificate_until(der(0x17, b"991345000000Z")),
    "no text": certificate_until(der(0x18, b"\xff\xfe")),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_certificate_is_refused(text):
    with pytest.raises(InputError, match="cannot be read"):
        not_after(text)


def test_a_provider_whose_metadata_cannot_be_read_is_a_gap_and_the_others_stay():
    account = accounts.neglected()
    okta, own = account.saml_providers
    account = replace(account, saml_providers=(replace(okta, metadata=HOSTILE["a file"]), own))
    snapshot, _ = look(account, sections=("iam.saml_provider_details",))
    (gap,) = snapshot.gaps
    assert gap.resource.endswith("saml-provider/okta")
    assert (gap.reason, gap.error) == ("failed", "UnexpectedAnswer")
    assert [arn.rpartition("/")[2] for arn in snapshot.iam.saml_provider_details] == [own.name]


def test_encryption_and_certificates_are_kept_and_the_metadata_is_not():
    account = accounts.neglected()
    snapshot, _ = look(account, sections=("iam.saml_provider_details",))
    (okta,) = [entry for arn, entry in snapshot.iam.saml_provider_details.items() if arn.endswith("/okta")]
    assert [each.not_after.year for each in okta.signing_certificates] == [2026]
    assert okta.assertion_encryption_mode is None
    assert "EntityDescriptor" not in snapshot.model_dump_json()


def test_a_denied_provider_is_a_gap_of_its_own():
    fault = Fault("iam:GetSAMLProvider", "deny", when=lambda p: p["SAMLProviderArn"].endswith("okta"))
    snapshot, _ = look(accounts.neglected(), sections=("iam.saml_provider_details",), faults=[fault])
    (gap,) = snapshot.gaps
    assert (gap.section, gap.permission) == ("iam.saml_provider_details", "iam:GetSAMLProvider")
    assert len(snapshot.iam.saml_provider_details) == 1
