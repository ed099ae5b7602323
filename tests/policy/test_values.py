from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.policy.values import address, boolean, moment, network, number, octets

DAY = 86_400 * 10**9


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("10", "10"), ("-3", "-3"), ("+3", "3"), ("1.50", "1.5"), (".5", "0.5"), ("5.", "5"), ("1e3", "1000")),
        *(("9007199254740993", "9007199254740993"), ("0.1", "0.1")),
    ],
)
def test_numbers_are_exact(text, value):
    assert number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "ten", "0x10", "1,5", " 1", "1e", "NaN", "Infinity", "1" * 401, "1e99999", "१"])
def test_what_is_no_number(text):
    assert number(text) is None


@pytest.mark.parametrize(("text", "value"), [("true", True), ("TRUE", True), ("False", False), ("", None), ("1", None)])
def test_booleans(text, value):
    assert boolean(text) is value


@pytest.mark.parametrize(("text", "value"), [("QQ==", b"A"), ("", b""), ("QQ", None), ("Q Q==", None), ("é", None)])
def test_octets(text, value):
    assert octets(text) == value


# https://www.w3.org/TR/NOTE-datetime has the forms that AWS names.
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1970", 0),
        ("1970-02", 31 * DAY),
        ("1970-01-02", DAY),
        ("1970-01-02T00:00Z", DAY),
        ("1970-01-02T00:00:00Z", DAY),
        ("1970-01-02T01:00:00+01:00", DAY),
        ("1970-01-01T23:30:00-0030", DAY),
        ("1970-01-02T00:00:00", DAY),
        ("1970-01-02T00:00:00.5Z", DAY + 5 * 10**8),
        ("86400", DAY),
        ("86400.5", DAY + 5 * 10**8),
        ("86400000000000", DAY * 1_000_000),
        ("-86400", -DAY),
        ("-86400.5", -DAY - 5 * 10**8),
        ("100000000000", 10**8 * 10**9),
    ],
)
def test_moments(text, value):
    assert moment(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "tomorrow", "2024-13", "2024-02-30", "2024-01-01T25:00Z", "2024-01-01T10:61Z", "2024-1-1", "2024-01-01 "],
)
def test_what_is_no_moment(text):
    assert moment(text) is None


def test_bits_beyond_the_prefix_do_not_count():
    assert network("203.0.113.77/24") == network("203.0.113.0/24")
    assert network("2001:db8:1234:5678:9::/64") == network("2001:DB8:1234:5678::/64")


def test_an_address_alone_is_a_range_of_one():
    assert network("192.0.2.1") == network("192.0.2.1/32") == address("192.0.2.1")
    assert network("192.0.2.1").contains(address("192.0.2.1"))
    assert not network("192.0.2.1").contains(address("192.0.2.2"))


def test_versions_do_not_mix_but_mapped_addresses_are_ipv4():
    assert not network("::/0").contains(address("192.0.2.1"))
    assert not network("0.0.0.0/0").contains(address("2001:db8::1"))
    assert network("192.0.2.0/24").contains(address("::ffff:192.0.2.1"))


@pytest.mark.parametrize("text", ["", "a", "192.0.2.256", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/+8", "fe80::1%eth0"])
def test_what_is_no_network(text):
    assert network(text) is None


def test_a_range_is_no_address():
    assert address("192.0.2.0/24") is None


@given(st.text(max_size=30) | st.text(alphabet="0123456789-T:.+Ze/", max_size=30))
def test_no_text_raises(text):
    for read in (number, boolean, octets, moment, network, address):
        read(text)
