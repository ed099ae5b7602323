"""STS. A role's trust policy is read, not evaluated: see `_trusts`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..entities import Role
from ..iam_shapes import id_of, text
from ..operations import AWSError, Request, operation

if TYPE_CHECKING:
    from ..sessions import Session
    from ..state import Account


@operation("sts", "GetCallerIdentity")
def get_caller_identity(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    caller = request.caller
    return {"UserId": caller.user_id, "Account": caller.account_id, "Arn": caller.arn}


@operation("sts", "GetSessionToken")
def get_session_token(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """Temporary credentials for the calling user, which carry MFA if a code was given."""
    caller = request.caller
    if caller.token is not None:
        raise AWSError("AccessDenied", "Cannot call GetSessionToken with session credentials", 403)
    mfa = _mfa(account, params)
    session = request.sessions.issue(caller.account_id, caller.arn, caller.user_id, mfa=mfa)
    return {"Credentials": _credentials(session, params.get("DurationSeconds", 43200))}


@operation("sts", "AssumeRole")
def assume_role(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """Credentials that land in the account of the role, if that account is served and the role trusts the caller."""
    arn, name = params["RoleArn"], params["RoleSessionName"]
    if request.caller.arn.endswith(":root"):
        raise AWSError("AccessDenied", "Roles may not be assumed by root accounts.", 403)
    home = request.accounts.get(arn.split(":")[4]) if arn.count(":") >= 5 else None
    role = home and home.by_name.get((Role, arn.rpartition("/")[2].lower()))
    mfa = _mfa(account, params) or request.caller.mfa
    if not home or not role or home.arn_of(role) != arn or not _trusts(role, request.caller, params, mfa=mfa):
        raise AWSError(
            "AccessDenied",
            f"User: {request.caller.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}",
            403,
        )
    seconds = params.get("DurationSeconds", 3600)
    _check_duration(role, request.caller, seconds)
    assumed = home.arn("sts", f"assumed-role/{role.name}/{name}")
    user_id = f"{id_of(home, role)}:{name}"
    session = request.sessions.issue(home.id, assumed, user_id, mfa=False)
    return {
        "Credentials": _credentials(session, seconds),
        "AssumedRoleUser": {"AssumedRoleId": user_id, "Arn": assumed},
    }


def _credentials(session: Session, seconds: int) -> dict[str, Any]:
    return {
        "AccessKeyId": session.key_id,
        "SecretAccessKey": session.secret,
        "SessionToken": session.token,
        # The client compares it with its own clock, not with the account's.
        "Expiration": datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds),
    }


def _mfa(account: Account, params: dict[str, Any]) -> bool:
    """Whether the request carries MFA; AccessDenied for a device that isn't there or a wrong code."""
    serial, code = params.get("SerialNumber"), params.get("TokenCode")
    if serial is None and code is None:
        return False
    serials = {device.serial for user in account.users for device in user.mfa}
    if serial not in serials:
        raise AWSError(
            "AccessDenied",
            "MultiFactorAuthentication failed, unable to validate MFA code. Please verify your MFA serial number is "
            "valid and associated with this user.",
            403,
        )
    if code != account.mfa_code:
        raise AWSError("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. ", 403)
    return True


def _trusts(role: Role, caller: Session, params: dict[str, Any], *, mfa: bool) -> bool:
    """Whether a statement of the trust policy lets the caller in.

    Understood: Allow of sts:AssumeRole; as principal "*", the caller's account (id or root ARN), the caller's ARN, or
    the role behind the caller's session; of conditions sts:ExternalId and aws:MultiFactorAuthPresent.
    """
    account, session = caller.account_id, caller.arn.split(":", 5)[5].split("/")
    role_name = session[1] if session[0] == "assumed-role" else None
    for statement in _listed(json.loads(text(role.trust))["Statement"]):
        principal = statement.get("Principal", {})
        names = ["*"] if principal == "*" else _listed(principal.get("AWS", []))
        known = [
            name in {"*", account, caller.arn}
            or name.endswith(f"::{account}:root")
            or (role_name is not None and f"::{account}:role/" in name and name.endswith(f"/{role_name}"))
            for name in names
        ]
        condition = json.dumps(statement.get("Condition", {}))
        external = statement.get("Condition", {}).get("StringEquals", {}).get("sts:ExternalId")
        if (
            statement["Effect"] == "Allow"
            and "sts:AssumeRole" in _listed(statement["Action"])
            and any(known)
            and (external is None or params.get("ExternalId") in _listed(external))
            and (mfa or "aws:MultiFactorAuthPresent" not in condition)
        ):
            return True
    return False


def _check_duration(role: Role, caller: Session, seconds: int) -> None:
    if seconds > 3600 and ":assumed-role/" in caller.arn:
        raise AWSError(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        )
    if seconds > role.max_session:
        raise AWSError(
            "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
