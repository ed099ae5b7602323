"""The credential report: from CSV to typed rows.

The format: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html. What live accounts
return differs from it in letter case, in the number of columns and in the last newline, so columns are found by name,
and those that no rule reads are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from auditor.errors import InputError
from auditor.snapshot.iam import CredentialReport, CredentialReportRow
from auditor.textfiles import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

ROOT = "<root_account>"
"""The root user's name in the report."""

MAX_CHARACTERS = 64_000_000
"""Longest report that is read: some thirty times what the most users that an account may have can fill."""

MAX_LINES = 50_000
"""Most lines that are read; an account has at most 5,000 users, and root."""

_HELP = (
    "the report is what `aws iam get-credential-report` returns, as it stands or with its Content decoded from base64",
)


def parse(content: bytes | str, generated_time: datetime) -> CredentialReport:
    """The report as a model, its rows by user name.

    Accepts either letter case of true and false, unknown columns, any order of columns, LF or CRLF, with or without
    a last newline or a byte order mark. Raises InputError, naming the line and the column at fault.
    """
    lines: dict[str, int] = {}
    rows: dict[str, dict[str, str]] = {}
    for line, row in _rows(_text(content)):
        user = row["user"]
        if not user or user in rows:
            raise _error(f"line {line}: {'a second row for ' + shown(user) if user else 'no user name'}")
        rows[user] = row
        lines[user] = line
    try:
        return CredentialReport.model_validate({"generated_time": generated_time, "rows": rows})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        _, name, column = first["loc"]
        where = f"line {lines[str(name)]}, column {column}"
        raise _error(f"{where}: {first['msg']}, not {shown(first['input'])}") from error


def _text(content: bytes | str) -> str:
    if len(content) > MAX_CHARACTERS:
        raise _error(f"longer than {MAX_CHARACTERS:,} characters")
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _error(f"byte {error.start} is not UTF-8") from error


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The line number of each row and its cells in the columns that are needed."""
    records = _records(text)
    header = next(records, None)
    if header is None:
        raise _error("it is empty")
    width, places = len(header[1]), _places(header[1])
    for line, cells in records:
        if len(cells) > width:
            cells = _joined(cells, width, places)
        if len(cells) != width:
            raise _error(f"line {line}: {len(cells)} cells, and the header has {width}")
        yield line, {column: cells[place] for column, place in places.items()}


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """The line number and the cells of every line that is not empty.

    A row on several lines is refused: no cell of a report holds a line break, so a quote has swallowed rows.
    """
    import csv
    from io import StringIO

    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        for line, cells in enumerate(reader, start=1):
            if reader.line_num != line:
                raise _error(f"line {line}: a quoted cell goes on in the next line")
            if line > MAX_LINES:
                raise _error(f"more than {MAX_LINES:,} lines")
            if cells:
                yield line, cells
    except csv.Error as error:
        raise _error(f"line {reader.line_num}: {error}") from error


def _joined(cells: list[str], width: int, places: dict[str, int]) -> list[str]:
    """A row too long because of commas in a user's name, which IAM allows, put right; else the row as it is.

    The ARN repeats the name, so there is one way to do it. Without this, one strangely named user would keep a whole
    account's credentials from being seen.
    """
    first, second = places["user"], places["arn"]
    if second != first + 1:
        return cells
    end = second + 1 + len(cells) - width
    for middle in range(first + 1, end):
        user, arn = ",".join(cells[first:middle]), ",".join(cells[middle:end])
        if arn.startswith("arn:") and arn.endswith(f"/{user}"):
            return [*cells[:first], user, arn, *cells[end:]]
    return cells


def _places(header: list[str]) -> dict[str, int]:
    """Where each column that is needed stands."""
    names = [name.strip().casefold() for name in header]
    for column in CredentialReportRow.model_fields:
        if names.count(column) != 1:
            raise _error(f"{'two columns' if column in names else 'no column'} {column}")
    return {column: names.index(column) for column in CredentialReportRow.model_fields}


def _error(problem: str) -> InputError:
    return InputError(f"not a credential report: {problem}", help=_HELP)
