"""Entries of GetAccountAuthorizationDetails in the shape in which a snapshot keeps them.

Each function takes the raw entries of one list, from boto3 (documents percent-encoded, or decoded where botocore's
own handler was left on) or from the output of the AWS CLI (documents decoded, dates as text), and yields the key and
the value of one entry of a section. Lists are sorted by name, documents are text, and what no model holds is left out.
A document that is missing is empty text: no rule can read it, so every question about it stays open.

    users(page["UserDetailList"])    -> iam.users         by user name
    groups(page["GroupDetailList"])  -> iam.groups        by group name
    roles(page["RoleDetailList"])    -> iam.roles         by role name
    policies(page["Policies"])       -> iam.policies, iam.aws_managed_policies   by ARN

All raise InputError where an entry is not what the API describes:
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from auditor.errors import InputError
from auditor.snapshot.model import document_text
from auditor.textfiles import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Entry = tuple[str, dict[str, Any]]

_ESCAPES = (
    ("%22", '"'), ("%20", " "), ("%3A", ":"), ("%2C", ","), ("%7B", "{"), ("%7D", "}"),
    ("%5B", "["), ("%5D", "]"), ("%2F", "/"), ("%2A", "*"), ("%0A", "\n"),
)  # fmt: skip
"""The escapes of ordinary policy documents. No character here is `%` or a hex digit, so none makes a new escape."""


def users(raw: Iterable[Any]) -> Iterator[Entry]:
    """Entries of `UserDetailList`, by user name."""
    for entry, name in _named(raw, "UserDetailList", "UserName"):
        yield name, {**_principal(entry, "User", name), "GroupList": sorted(_list(entry, "GroupList", name, str))}


def groups(raw: Iterable[Any]) -> Iterator[Entry]:
    """Entries of `GroupDetailList`, by group name."""
    for entry, name in _named(raw, "GroupDetailList", "GroupName"):
        yield name, _principal(entry, "Group", name)


def roles(raw: Iterable[Any]) -> Iterator[Entry]:
    """Entries of `RoleDetailList`, by role name."""
    for entry, name in _named(raw, "RoleDetailList", "RoleName"):
        trust = document(entry.get("AssumeRolePolicyDocument"))
        used = entry.get("RoleLastUsed") or {}
        yield name, {**_principal(entry, "Role", name), "AssumeRolePolicyDocument": trust, "RoleLastUsed": used}


def policies(raw: Iterable[Any]) -> Iterator[Entry]:
    """Entries of `Policies`, by ARN, each with the document of its default version; customers' with the others."""
    kept = ("PolicyName", "AttachmentCount", "PermissionsBoundaryUsageCount", "CreateDate", "UpdateDate")
    for entry, arn in _named(raw, "Policies", "Arn"):
        default = _required(entry, "DefaultVersionId", arn)
        versions = _list(entry, "PolicyVersionList", arn, dict)
        texts = [document(version.get("Document")) for version in versions if version.get("VersionId") == default]
        found = {key: entry[key] for key in kept if entry.get(key) is not None}
        text = texts[0] if len(texts) == 1 else ""
        others = [
            {"VersionId": id, "Document": document(version.get("Document"))}
            for version, id in _sub(entry, "PolicyVersionList", arn, "VersionId")
            if id != default
        ]
        if versions and not is_aws_managed(arn):
            found["OtherVersions"] = sorted(others, key=_by("VersionId"))
        yield arn, {"Arn": arn, **found, "DefaultVersionId": default, "Document": text}


def is_aws_managed(arn: str) -> bool:
    """Whether a policy is one of AWS's own, by the account field of its ARN."""
    return arn.split(":", 5)[4:5] == ["aws"]


def document(raw: Any) -> Any:
    """A policy document as text, from an object, from plain text or from percent-encoded text; "" from None.

    What is none of these stays as it is, for the model to refuse.
    """
    return _decoded(raw) if isinstance(raw, str) else document_text("" if raw is None else raw)


@lru_cache(maxsize=10_000)
def _decoded(text: str) -> str:
    """Text without its percent-encoding. Text with a bare brace was never encoded, and an escape in it stays.

    Decoding dominates the cost of reading large accounts, and many principals share a document: hence the cache, and
    the way around `unquote`, which is several times slower than a few replacements.
    """
    if "{" in text:
        return text
    plain = text
    for escape, character in _ESCAPES:
        plain = plain.replace(escape, character)
    if plain.count("%") != plain.count("%25"):
        return unquote(text)
    return plain.replace("%25", "%")


def _principal(entry: dict[str, Any], kind: str, name: str) -> dict[str, Any]:
    """What users, groups and roles have in common; `kind` is the prefix of the names of their own members."""
    inline = [
        {"PolicyName": policy, "PolicyDocument": document(raw.get("PolicyDocument"))}
        for raw, policy in _sub(entry, f"{kind}PolicyList", name, "PolicyName")
    ]
    attached = [
        {"PolicyArn": arn, "PolicyName": raw.get("PolicyName") or arn.rpartition("/")[2]}
        for raw, arn in _sub(entry, "AttachedManagedPolicies", name, "PolicyArn")
    ]
    shaped: dict[str, Any] = {
        f"{kind}Name": name,
        **{key: entry[key] for key in (f"{kind}Id", "Path", "CreateDate") if entry.get(key) is not None},
        "Arn": _required(entry, "Arn", name),
        f"{kind}PolicyList": sorted(inline, key=_by("PolicyName")),
        "AttachedManagedPolicies": sorted(attached, key=_by("PolicyArn")),
    }
    if kind == "Group":
        return shaped
    if boundary := entry.get("PermissionsBoundary"):
        shaped["PermissionsBoundary"] = boundary
    tags = [{"Key": key, "Value": raw.get("Value", "")} for raw, key in _sub(entry, "Tags", name, "Key")]
    return {**shaped, "Tags": sorted(tags, key=_by("Key"))}


def _by(key: str) -> Callable[[dict[str, Any]], str]:
    return lambda item: str(item[key])


def _named(raw: Iterable[Any], where: str, key: str) -> Iterator[tuple[dict[str, Any], str]]:
    for index, entry in enumerate(raw):
        if not isinstance(entry, dict):
            raise InputError(f"{where}[{index}] is not an object")
        yield entry, _name(entry, key, f"{where}[{index}]")


def _sub(entry: dict[str, Any], member: str, owner: str, key: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The objects of a list that belongs to a named entry, with their own names."""
    for item in _list(entry, member, owner, dict):
        yield item, _name(item, key, f"an entry of {member} of {shown(owner)}")


def _name(entry: dict[str, Any], key: str, what: str) -> str:
    name = entry.get(key)
    if not isinstance(name, str) or not name:
        raise InputError(f"{what} has no {key}")
    return name


def _list(entry: dict[str, Any], member: str, owner: str, kind: type) -> list[Any]:
    value = entry.get(member) or []
    if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
        raise InputError(f"{member} of {shown(owner)} is not a list of {'texts' if kind is str else 'objects'}")
    return value


def _required(entry: dict[str, Any], member: str, owner: str) -> Any:
    if entry.get(member) in (None, ""):
        raise InputError(f"{shown(owner)} has no {member}")
    return entry[member]
