"""SAML metadata with certificates that can be read: what GetSAMLProvider gives back."""

from __future__ import annotations

EXPIRES_2026_12_15 = (
    "MIIBIjCByaADAgECAgEBMAoGCCqGSM49BAMCMBsxGTAXBgNVBAMMEG9rdGEuZXhhbXBsZS5jb20wHhcNMjMxMTE2MTIwMDAwWhcNMjYxMjE1"
    "MTIwMDAwWjAbMRkwFwYDVQQDDBBva3RhLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2VyXk+ttVPTqy/DZW1HID9h5"
    "KWkWZ5zvU75ZHZDNKv+4Nvy0j1iBYoh0saVXgEEybwnJ9b4HRqtpfS+6+uyZijAKBggqhkjOPQQDAgNIADBFAiEApXlxhDTH7zGcyetc3k9d"
    "kPIdPngI4+D62TMExjMI2+MCIDXpsqvxYkkZlJpJy6d2xr5e0fcZaMQx1sc+v4xlRXJP"
)
EXPIRES_2036_11_17 = (
    "MIIBIDCBx6ADAgECAgECMAoGCCqGSM49BAMCMBoxGDAWBgNVBAMMD3Nzby5leGFtcGxlLmNvbTAeFw0yMzExMTYxMjAwMDBaFw0zNjExMTcx"
    "MjAwMDBaMBoxGDAWBgNVBAMMD3Nzby5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGS+dBta/UwOSSlMXWJuL6/zqFFK"
    "iaVoolLITe2O4LSfP6HlSVXDF3lzgDun6WnDk0qNPxX2cVT0Rletu8rTlqAwCgYIKoZIzj0EAwIDSAAwRQIhANTQ8taHGbUmGtJpLqVmvMSm"
    "vX+ldvU42Tzrek2/NSWVAiBjhQVS8cresOXfZGbLQng+czJHDbaeiOcryVz0KTT/Zw=="
)


def metadata(host: str, certificate: str) -> str:
    """The metadata of an identity provider at `host` that signs with the one certificate."""
    formats = ("unspecified", "emailAddress")
    name_ids = "".join(
        f"<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:{each}</md:NameIDFormat>" for each in formats
    )
    services = "".join(
        f'<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:{binding}" '
        f'Location="https://{host}/app/amazon_aws/sso/saml"/>'
        for binding in ("HTTP-POST", "HTTP-Redirect")
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<md:EntityDescriptor entityID="https://{host}/saml" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">'
        '<md:IDPSSODescriptor WantAuthnRequestsSigned="false" '
        'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        '<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>'
        f"<ds:X509Certificate>{certificate}</ds:X509Certificate>"
        f"</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>{name_ids}{services}"
        "</md:IDPSSODescriptor></md:EntityDescriptor>"
    )
