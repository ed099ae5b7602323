"""The credential report in every form that AWS gives it, and what is refused."""

import csv
import io
from datetime import UTC, datetime

import pytest

from auditor.errors import InputError
from auditor.snapshot.credential_report import MAX_LINES, parse
from auditor.snapshot.iam import CredentialReportRow

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
COLUMNS = tuple(CredentialReportRow.model_fields)
ARN = "arn:aws:iam::111122223333:user"


def row(user="alice", **cells):
    """The cells of a line: an active key in slot 1, and nothing else."""
    arn = "arn:aws:iam::111122223333:root" if user == "<root_account>" else f"{ARN}/{user}"
    values = dict.fromkeys(COLUMNS, "N/A") | {
        "user": user,
        "arn": arn,
        "user_creation_time": "2024-01-01T00:00:00Z",
        "password_enabled": "false",
        "mfa_active": "false",
        "access_key_1_active": "true",
        "access_key_1_last_rotated": "2026-01-01T00:00:00Z",
        "access_key_2_active": "false",
        "cert_1_active": "false",
        "cert_2_active": "false",
    }
    return values | cells


def text(*rows, columns=COLUMNS, newline="\n"):
    """A report, without a newline at its end."""
    lines = [",".join(columns), *(",".join(cells[column] for column in columns) for cells in rows)]
    return newline.join(lines)


def refusal(content):
    with pytest.raises(InputError) as raised:
        parse(content, NOON)
    assert raised.value.help
    return str(raised.value)


@pytest.fixture
def plain():
    return parse(text(row("<root_account>"), row()), NOON)


def test_rows_are_typed_and_keyed_by_user(plain):
    assert list(plain.rows) == ["<root_account>", "alice"]
    assert plain.generated_time == NOON
    alice = plain.rows["alice"]
    assert (alice.access_key_1_active, alice.access_key_2_active) == (True, False)
    assert alice.access_key_1_last_rotated == datetime(2026, 1, 1, tzinfo=UTC)
    assert (alice.access_key_2_last_rotated, alice.password_last_used) == (None, None)


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(lambda rows: text(*rows) + "\n", id="newline at the end"),
        pytest.param(lambda rows: text(*rows, newline="\r\n"), id="CRLF"),
        pytest.param(lambda rows: text(*rows, newline="\r\n") + "\r\n\r\n", id="blank lines at the end"),
        pytest.param(lambda rows: text(*rows).encode(), id="bytes"),
        pytest.param(lambda rows: b"\xef\xbb\xbf" + text(*rows).encode(), id="bytes with a byte order mark"),
        pytest.param(lambda rows: "\ufeff" + text(*rows), id="text with a byte order mark"),
        pytest.param(lambda rows: text(*rows, columns=tuple(reversed(COLUMNS))), id="another order"),
        pytest.param(
            lambda rows: text(
                *(cells | {"additional_credentials_info": "N/A"} for cells in rows),
                columns=(*COLUMNS, "additional_credentials_info"),
            ),
            id="the 23rd column",
        ),
        pytest.param(lambda rows: text(*(cells | {"x": "?"} for cells in rows), columns=("x", *COLUMNS)), id="unknown"),
        pytest.param(lambda rows: text(*rows).replace(",true", ",TRUE").replace(",false", ",FALSE"), id="capitals"),
        pytest.param(lambda rows: text(*rows).replace("user,arn,", " User , ARN,"), id="header in another case"),
        pytest.param(lambda rows: text(*rows).replace("00:00Z", "00:00+00:00"), id="offset instead of Z"),
        pytest.param(lambda rows: text(*rows).replace("N/A", "not_supported"), id="not_supported"),
        pytest.param(lambda rows: text(*rows).replace("N/A", "no_information"), id="no_information"),
        pytest.param(lambda rows: text(*rows).replace("N/A", ""), id="empty cells"),
        pytest.param(lambda rows: text(*rows).replace("true", '"true"'), id="quotes"),
    ],
)
def test_every_form_gives_the_same(plain, form):
    assert parse(form([row("<root_account>"), row()]), NOON) == plain


def test_root_may_have_a_password_that_is_not_told_of():
    report = parse(text(row("<root_account>", password_enabled="not_supported")), NOON)
    assert report.rows["<root_account>"].password_enabled is None


@pytest.mark.parametrize("name", ["=1+1", "+x", "@admins", "-", "a.b_c-d", "=HYPERLINK(1)"])
def test_names_that_spreadsheets_take_for_formulas_stay_as_they_are(name):
    assert parse(text(row(name)), NOON).rows[name].user == name


@pytest.mark.parametrize("name", ["a,b", ",", "o+=,.@-k", ",a,,b,"])
@pytest.mark.parametrize("path", ["", "staff/", "a,b/"])
def test_a_name_with_commas_is_put_together_quoted_or_not(name, path):
    cells = row(name, arn=f"{ARN}/{path}{name}")
    quoted = io.StringIO()
    csv.writer(quoted).writerows([COLUMNS, [cells[column] for column in COLUMNS]])
    for report in (text(row("zoe"), cells, row("bob")), quoted.getvalue()):
        found = parse(report, NOON).rows[name]
        assert (found.user, found.arn, found.access_key_1_active) == (name, f"{ARN}/{path}{name}", True)


def test_a_row_that_commas_do_not_explain_is_refused():
    assert "line 2: 23 cells, and the header has 22" in refusal(text(row()).replace("alice,", "alice,bob,", 1))
    turned = tuple(reversed(COLUMNS))
    assert "line 2: 24 cells" in refusal(text(row("a,b"), columns=turned))


@pytest.mark.parametrize("column", COLUMNS)
def test_a_missing_column_is_named(column):
    assert f"no column {column}" in refusal(text(row(), columns=[name for name in COLUMNS if name != column]))


@pytest.mark.parametrize(
    ("report", "problem"),
    [
        ("", "it is empty"),
        ("\n\n", "it is empty"),
        ("hello", "no column user"),
        (text(row(), columns=(*COLUMNS, "arn")), "two columns arn"),
        (text(row("a"), row("b"), row("a")), 'line 4: a second row for "a"'),
        (text(row("")), "line 2: no user name"),
        (text(row()).rpartition(",")[0], "line 2: 21 cells"),
        (text(row(mfa_active="maybe")), "line 2, column mfa_active: Input should be a valid boolean"),
        (
            text(row(), row("b", password_last_used="soon")),
            "line 3, column password_last_used: Input",
        ),
        (text(row(user_creation_time="N/A")), "line 2, column user_creation_time"),
        (text(row(access_key_1_last_used_region="x" * 30_000)), "line 2, column access_key_1_last_used_region"),
        (text(row(access_key_1_last_used_region="x" * 200_000)), "line 2: field larger than field limit"),
        (text(row(mfa_active='"N/A'), row("b", mfa_active='N/A"')), "line 2: a quoted cell goes on in the next line"),
        (text(row('"a"b')), "line 2: "),
        (text(row()).encode("utf-16"), "byte 0 is not UTF-8"),
        (text(row()) + "\n" * MAX_LINES, f"more than {MAX_LINES:,} lines"),
        (b"x" * 64_000_001, "longer than 64,000,000 characters"),
    ],
)
def test_what_is_no_report_is_refused_with_the_place(report, problem):
    assert refusal(report).startswith(f"not a credential report: {problem}")


def test_a_large_account():
    content = text(row("<root_account>"), *(row(f"user{number}") for number in range(5000)))
    assert len(parse(content, NOON).rows) == 5001
