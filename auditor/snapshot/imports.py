"""A snapshot made of what people already have: exported authorization details, and a credential report.

    aws iam get-account-authorization-details > details.json
    aws iam get-credential-report > report.json          (or its Content, decoded from base64)

The files do not say when they were made, so the newest moment that they mention stands for the time of the snapshot;
it is the same for the same files. Where they mention none, the time at which they were written has to do. Whoever knows
better says so, because ages are counted from there.

An export may have been filtered, and an empty list does not tell whether it was. It is taken to mean "none" only
where something else in the files proves it; otherwise there is a gap, and what depends on it stays unknown.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from auditor.errors import InputError
from auditor.snapshot import authorization_details as shape
from auditor.snapshot import credential_report as csv_report
from auditor.snapshot.files import MAX_BYTES, pointer_of
from auditor.snapshot.model import Timestamp
from auditor.snapshot.snapshot import SCHEMA, Collection, Snapshot
from auditor.textfiles import parse_json, read_text, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from auditor.snapshot.iam import CredentialReport

DETAILS = "iam:GetAccountAuthorizationDetails"

_SHAPES = {
    "UserDetailList": shape.users,
    "GroupDetailList": shape.groups,
    "RoleDetailList": shape.roles,
    "Policies": shape.policies,
}
_PRINCIPALS = {"UserDetailList": "users", "GroupDetailList": "groups", "RoleDetailList": "roles"}
_UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_CSV_IN_BASE64 = "dXNlci"
"""How the first column's name begins in base64, for a report that nobody decoded."""

_ARN = re.compile(r"arn:(aws[a-z-]*):iam::([0-9]{12}):")

State = dict[str, Any]
"""What is to be validated: sections, entries by key, gaps."""


def from_exports(
    authorization_details: Iterable[str],
    credential_report: str | None,
    *,
    managed: Callable[[str], tuple[str, str] | None],
    taken_at: datetime | None = None,
) -> Snapshot:
    """A snapshot of exported files, given by their paths.

    `authorization_details` may be several files, one for each filter of the export. `managed` gives the default
    version and the document of an AWS managed policy by its ARN, for those that are attached and not in the files.
    Raises InputError, also where the files are of two accounts.
    """
    from auditor import __version__

    paths = tuple(authorization_details)
    details = _details(paths)
    report = _report(credential_report) if credential_report is not None else None
    iam, gaps = _Exports(details, report).sections(managed)
    partition, account = _whose(iam, report)
    state = {
        "schema": SCHEMA,
        "account": account,
        "partition": partition,
        "sts": {"caller_identity": None},
        "iam": iam,
        "gaps": gaps,
        "collection": {"taken_at": _UNKNOWN_TIME, "tool_version": __version__},
    }
    try:
        snapshot = Snapshot.model_validate(state)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise InputError(f"the export is wrong at {shown(pointer_of(first['loc']))}: {first['msg']}") from error
    latest = max(_moments(snapshot.iam.model_dump(exclude_unset=True)), default=None)
    if taken_at and latest and taken_at < latest:
        raise InputError(f"the export cannot be of {taken_at.isoformat()}: it speaks of {latest.isoformat()}")
    collection = Collection(taken_at=taken_at or latest or _written(paths), tool_version=__version__)
    return snapshot.model_copy(update={"collection": collection})


def _written(paths: Iterable[str]) -> datetime:
    """When the newest of some files was written: all there is to tell the time of an export without any date."""
    files = (Path("/dev/stdin" if path == "-" else path) for path in paths)
    return datetime.fromtimestamp(max(int(file.stat().st_mtime) for file in files), UTC)


def _details(paths: Iterable[str]) -> dict[str, State]:
    """Name of the list -> its entries by key, over all files; a list that no file has is not there."""
    found: dict[str, State] = {}
    for path in paths:
        answer = parse_json(read_text(path, MAX_BYTES), path)
        _check_details(answer, path)
        for member in [name for name in _SHAPES if name in answer]:
            entries = found.setdefault(member, {})
            try:
                for key, value in _SHAPES[member](answer[member]):
                    if key in entries:
                        raise InputError(f"{shown(key)} stands twice in {member}")
                    entries[key] = value
            except (InputError, ValueError) as error:
                raise InputError(f"{path}: {error}") from error
    return found


def _check_details(answer: Any, path: str) -> None:
    """Refuse what is no output of get-account-authorization-details, and single pages of it."""
    help = ("write it with `aws iam get-account-authorization-details > FILE`",)
    if not isinstance(answer, dict) or not _SHAPES.keys() & answer.keys():
        raise InputError(f"{path} holds no authorization details", help=help)
    if answer.get("IsTruncated") or answer.get("NextToken") or answer.get("Marker"):
        raise InputError(f"{path} holds only a part: there are more pages", help=(*help, "with no limit on its length"))
    for member in [name for name in _SHAPES if name in answer]:
        if not isinstance(answer[member], list):
            raise InputError(f"{path}: {member} is not a list", help=help)


def _report(path: str) -> CredentialReport:
    """A credential report: CSV, or what `aws iam get-credential-report` prints.

    CSV does not tell when AWS made it: the newest moment in it stands for that.
    """
    text = read_text(path, csv_report.MAX_CHARACTERS)
    generated, content = _UNKNOWN_TIME, text
    if text.startswith(_CSV_IN_BASE64):
        content = _decoded(text.strip(), path)
    elif text.lstrip()[:1] == "{":
        answer = parse_json(text, path)
        content = _decoded(answer.get("Content"), path)
        if "GeneratedTime" in answer:
            generated = _time(answer["GeneratedTime"], path)
    try:
        report = csv_report.parse(content, generated)
    except InputError as error:
        raise InputError(f"{path}: {error}", help=error.help) from error
    if generated == _UNKNOWN_TIME and report.rows:
        return report.model_copy(update={"generated_time": max(_moments(report.model_dump()["rows"]))})
    return report


def _decoded(content: Any, path: str) -> str:
    from base64 import b64decode

    try:
        return b64decode(content, validate=True).decode("utf-8-sig")
    except (TypeError, ValueError) as error:
        raise InputError(f"{path}: the report is not text in base64") from error


def _time(value: Any, path: str) -> datetime:
    try:
        moment: datetime = TypeAdapter(Timestamp).validate_python(value)
    except ValidationError as error:
        raise InputError(f"{path}: GeneratedTime is not a time") from error
    return moment


def _moments(value: Any) -> Iterator[datetime]:
    """Every moment in it that has been; a password's next rotation is yet to come."""
    if isinstance(value, datetime):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key != "password_next_rotation" or not isinstance(item, datetime):
                yield from _moments(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from _moments(item)


def _whose(iam: State, report: CredentialReport | None) -> tuple[str, str]:
    """Partition and account of everything in the files."""
    arns = [entry["Arn"] for section in (*_PRINCIPALS.values(), "policies") for entry in iam.get(section, {}).values()]
    arns += [row.arn for row in report.rows.values()] if report else []
    owners = set()
    for arn in arns:
        if not (isinstance(arn, str) and (found := _ARN.match(arn))):
            raise InputError(f"{shown(arn)} is not an ARN of IAM")
        owners.add((found[1], found[2]))
    if len(owners) > 1:
        accounts = ", ".join(sorted(account for _, account in owners))
        raise InputError(f"the files are of more than one account: {accounts}", help=("make a snapshot of each",))
    if not owners:
        raise InputError("the files do not tell which account they are of: there is nothing in them")
    return owners.pop()


class _Exports(NamedTuple):
    """What the files hold: lists of the authorization details by name, and the credential report if there is one."""

    details: dict[str, State]
    report: CredentialReport | None

    def sections(self, managed: Callable[[str], tuple[str, str] | None]) -> tuple[State, list[State]]:
        """The sections of `iam`, and what the files leave open."""
        iam: State = {}
        gaps: list[State] = []
        for member, section in _PRINCIPALS.items():
            if member in self.details:
                iam[section] = self.details[member]
                gaps += self._doubt(member, section, self.details[member])
        if "Policies" in self.details:
            iam["policies"] = {arn: policy for arn, policy in self._policies() if not shape.is_aws_managed(arn)}
            gaps += self._doubt("Policies", "policies", iam["policies"])
        if iam:
            iam["aws_managed_policies"], unseen = self._aws_managed(managed)
            gaps += unseen
            if any(section not in iam or _is_whole_gap(gaps, section) for section in _PRINCIPALS.values()):
                words = "AWS managed policies may be attached to principals that the export does not hold"
                gaps.append(_gap("aws_managed_policies", words))
        if self.report is not None:
            iam["credential_report"] = self.report
            gaps += self._differences(iam)
        return iam, sorted(gaps, key=lambda gap: (gap["section"], gap["resource"] or ""))

    def _policies(self) -> Iterator[tuple[str, Any]]:
        yield from self.details.get("Policies", {}).items()

    @property
    def _unfiltered(self) -> bool:
        """Whether some roles and some of AWS's policies are there.

        Every account has roles linked to services, with policies of AWS; and who filters leaves out AWS's policies
        first, as they are most of the export.
        """
        has_aws_policies = any(shape.is_aws_managed(arn) for arn, _ in self._policies())
        return has_aws_policies and bool(self.details.get("RoleDetailList"))

    def _doubt(self, member: str, section: str, entries: State) -> Iterator[State]:
        """A gap where a list is empty, and nothing proves that the account has none."""
        no_users = self.report is not None and self.report.rows.keys() == {csv_report.ROOT}
        if not entries and not self._unfiltered and not (section == "users" and no_users):
            yield _gap(section, f"{member} is empty in the export, which --filter may be the cause of")

    def _aws_managed(self, managed: Callable[[str], tuple[str, str] | None]) -> tuple[State, list[State]]:
        """AWS's policies: those of the files, and what `managed` knows of others that are attached."""
        found = {arn: policy for arn, policy in self._policies() if shape.is_aws_managed(arn)}
        gaps = []
        for arn in sorted(self._attached() - found.keys()):
            if (known := managed(arn)) is None:
                gaps.append(_gap("aws_managed_policies", f"the export does not hold {arn}", arn))
            else:
                version, document = known
                name = arn.rpartition("/")[2]
                found[arn] = {"Arn": arn, "PolicyName": name, "DefaultVersionId": version, "Document": document}
        return found, gaps

    def _attached(self) -> set[str]:
        """ARNs of AWS's policies that are attached to a principal, or bound one."""
        principals = [entry for member in _PRINCIPALS for entry in self.details.get(member, {}).values()]
        arns = {attached["PolicyArn"] for entry in principals for attached in entry["AttachedManagedPolicies"]}
        for entry in principals:
            boundary = entry.get("PermissionsBoundary")
            if isinstance(boundary, dict) and isinstance(arn := boundary.get("PermissionsBoundaryArn"), str):
                arns.add(arn)
        return {arn for arn in arns if shape.is_aws_managed(arn)}

    def _differences(self, iam: State) -> Iterator[State]:
        """Gaps for users that only one of the files has: which of them is older cannot be told."""
        assert self.report is not None
        if "users" not in iam:
            return
        iam["recent_users"] = {}
        listed = self.report.rows.keys() - {csv_report.ROOT}
        for name in sorted(iam["users"].keys() - listed):
            yield _gap("recent_users", f"the credential report does not list user {name}", name)
        for name in sorted(listed - iam["users"].keys()):
            yield _gap("users", f"the authorization details do not list user {name}", name)


def _is_whole_gap(gaps: Iterable[State], section: str) -> bool:
    return any(gap["section"] == f"iam.{section}" and gap["resource"] is None for gap in gaps)


def _gap(section: str, message: str, resource: str | None = None) -> State:
    """A gap, not validated yet: names in it are as the files have them."""
    return {
        "section": f"iam.{section}",
        "operation": DETAILS,
        "reason": "not-exported",
        "message": message,
        "resource": resource,
    }
