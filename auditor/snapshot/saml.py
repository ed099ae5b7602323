"""The certificates in the metadata of a SAML identity provider.

The document is somebody else's, so it is parsed without entities, external references or document type definitions.
https://docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf
"""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime
from typing import Any

from auditor.errors import InputError

MAX_METADATA = 10_000_000
"""Longest document, in characters; AWS takes none that is longer."""

MAX_CERTIFICATES = 100

_PROVIDER = "{urn:oasis:names:tc:SAML:2.0:metadata}IDPSSODescriptor"
_KEY = "{urn:oasis:names:tc:SAML:2.0:metadata}KeyDescriptor"
_CERTIFICATE = "{http://www.w3.org/2000/09/xmldsig#}X509Certificate"

_SEQUENCE, _VERSION, _UTC_TIME, _TIME = 0x30, 0xA0, 0x17, 0x18
"""Tags of the elements of a certificate in DER."""


def signing_certificates(metadata: str) -> list[dict[str, Any]]:
    """The end of each certificate that the provider may sign assertions with: [{"NotAfter": datetime}].

    A key whose use is not stated is for signing as well. Raises InputError.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if len(metadata) > MAX_METADATA:
        raise InputError("the metadata is too long")
    try:
        root = fromstring(metadata, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise InputError(f"the metadata cannot be parsed: {error}") from error
    providers = [root] if root.tag == _PROVIDER else root.iter(_PROVIDER)
    keys = [key for provider in providers for key in provider.iter(_KEY) if key.get("use", "signing") == "signing"]
    texts = [element.text or "" for key in keys for element in key.iter(_CERTIFICATE)]
    return [{"NotAfter": not_after(text)} for text in texts[:MAX_CERTIFICATES]]


def not_after(text: str) -> datetime:
    """When a certificate, DER in base64, ends. Raises InputError.

    Certificate and validity: https://www.rfc-editor.org/rfc/rfc5280#section-4.1
    """
    try:
        der = b64decode("".join(text.split()), validate=True)
        position = _inside(der, _inside(der, 0, _SEQUENCE), _SEQUENCE)
        if der[position] == _VERSION:
            position = _after(der, position)
        for _ in ("serial number", "signature algorithm", "issuer"):
            position = _after(der, position)
        return _time(der, _after(der, _inside(der, position, _SEQUENCE)))
    except (ValueError, IndexError) as error:
        raise InputError(f"a certificate of the metadata cannot be read: {error}") from error


def _span(der: bytes, position: int) -> tuple[int, int]:
    """Where the content of the element at a position begins and ends."""
    length, start = der[position + 1], position + 2
    if length & 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4:
            raise ValueError("an element has no plain length")
        length, start = int.from_bytes(der[start : start + size], "big"), start + size
    if start + length > len(der):
        raise ValueError("an element is cut off")
    return start, start + length


def _inside(der: bytes, position: int, tag: int) -> int:
    if der[position] != tag:
        raise ValueError("it is not built as a certificate")
    return _span(der, position)[0]


def _after(der: bytes, position: int) -> int:
    return _span(der, position)[1]


def _time(der: bytes, position: int) -> datetime:
    """A time: with a year of two digits from 1950 to 2049, or of four."""
    start, end = _span(der, position)
    digits = der[start:end].decode("ascii").removesuffix("Z")
    if der[position] == _UTC_TIME:
        digits = ("19" if digits[:2] >= "50" else "20") + digits
    elif der[position] != _TIME:
        raise ValueError("its end is no time")
    return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
