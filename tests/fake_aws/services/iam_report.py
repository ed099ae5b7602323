"""The credential report: its life cycle, and its text in the form that live accounts show."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ..operations import AWSError, Request, operation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ..entities import AccessKey, Password, SigningCertificate, User
    from ..state import Account

LIFETIME = timedelta(hours=4)

COLUMNS = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "password_next_rotation,mfa_active,"
    "access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,"
    "access_key_1_last_used_service,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,"
    "access_key_2_last_used_service,"
    "cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)


@operation("iam", "GenerateCredentialReport")
def generate_credential_report(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """STARTED, then INPROGRESS, then COMPLETE for as long as the report is fresh."""
    memory = _memory(account, request)
    if "polls" in memory:
        if _still_at_work(account, memory):
            return {"State": "INPROGRESS"}
        return {"State": "COMPLETE"}
    if "text" in memory and account.now - memory["time"] < LIFETIME:
        return {"State": "COMPLETE"}
    memory["polls"] = account.report_polls
    return {"State": "STARTED", "Description": "No report exists. Starting a new report generation task"}


@operation("iam", "GetCredentialReport")
def get_credential_report(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """The report last made, the same bytes for four hours."""
    memory = _memory(account, request)
    if "polls" in memory and _still_at_work(account, memory):
        raise AWSError("ReportInProgress", "Report generation is in progress", 404)
    if "text" not in memory:
        raise AWSError("ReportNotPresent", "No report exists", 410)
    if account.now - memory["time"] >= LIFETIME:
        raise AWSError("ReportExpired", "The most recent credential report has expired", 410)
    return {"Content": memory["text"].encode(), "ReportFormat": "text/csv", "GeneratedTime": memory["time"]}


def _memory(account: Account, request: Request) -> dict[str, Any]:
    """The server's memory of the report: `text` and `time` of the last one, `polls` left of one being made."""
    memory: dict[str, Any] = request.memory.setdefault("credential report", {})
    if not memory and account.report_generated:
        memory.update(text=report(account), time=account.report_generated)
    return memory


def _still_at_work(account: Account, memory: dict[str, Any]) -> bool:
    """Count one poll of a report that is being made; when none is left, the report is there."""
    if memory["polls"] > 0:
        memory["polls"] -= 1
        return True
    del memory["polls"]
    memory.update(text=report(account), time=account.now)
    return False


def report(account: Account) -> str:
    """The report as CSV: 22 columns, lower-case booleans, LF, root first, no newline at the end."""
    users = [user for user in account.users if user.name not in account.created_after_report]
    users = sorted([*users, *account.deleted_after_report], key=lambda user: (user.path, user.name.lower()))
    rows = [_root_row(account), *(_user_row(account, user) for user in users)]
    header = COLUMNS.split(",")
    if account.report_extra_column:
        header.append("additional_credentials_info")
        rows = [[*row, "N/A"] for row in rows]
    if account.report_capitals:
        rows = [[value.upper() if value in {"true", "false"} else value for value in row] for row in rows]
    if account.report_unquoted:
        return "\n".join(",".join(row) for row in (header, *rows))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows((header, *rows))
    return text.getvalue().removesuffix("\n")


def _root_row(account: Account) -> list[str]:
    root = account.root
    return [
        "<root_account>",
        account.arn("iam", "root"),
        _date(root.created),
        *_password(root.password, "not_supported"),
        _flag(bool(root.mfa)),
        *_keys(root.keys),
        *_certificates(root.certificates),
    ]


def _user_row(account: Account, user: User) -> list[str]:
    rotation = "N/A"
    max_age = account.password_policy and account.password_policy.max_age
    if user.password and max_age:
        rotation = _date((user.password.changed or user.password.created) + timedelta(days=max_age))
    return [
        user.name,
        account.arn_of(user),
        _date(user.created),
        *_password(user.password, rotation),
        _flag(bool(user.mfa)),
        *_keys(user.keys),
        *_certificates(user.certificates),
    ]


def _password(password: Password | None, next_rotation: str) -> Iterable[str]:
    """password_enabled, _last_used, _last_changed and _next_rotation."""
    if password is None:
        return ("false", "N/A", "N/A", next_rotation)
    used = _date(password.used) if password.used else "no_information"
    return ("true", used, _date(password.changed or password.created), next_rotation)


def _keys(keys: tuple[AccessKey, ...]) -> Iterable[str]:
    """The five columns of each of two keys, by ascending id. An inactive key keeps its dates."""
    for key in (*sorted(keys, key=lambda key: key.id), None, None)[:2]:
        if key is None:
            yield from ("false", "N/A", "N/A", "N/A", "N/A")
        else:
            use = key.used
            last = (_date(use.date), use.region, use.service) if use else ("N/A", "N/A", "N/A")
            yield from (_flag(key.active), _date(key.created), *last)


def _certificates(certificates: tuple[SigningCertificate, ...]) -> Iterable[str]:
    for certificate in (*certificates, None, None)[:2]:
        if certificate is None:
            yield from ("false", "N/A")
        else:
            yield from (_flag(certificate.active), _date(certificate.uploaded))


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _date(value: datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")
