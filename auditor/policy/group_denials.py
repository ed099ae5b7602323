"""Denials that aim at a group and mean its members.

A group is a resource of its own: `arn:aws:iam::111122223333:group/admins` names the group, never the users in it. An
action on users, such as iam:DeleteUser, asks about the ARN of a user, so a statement that denies it on the ARN of a
group denies nothing.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.policy.documents import Statement

_ON_USERS = (
    "attachuserpolicy", "changepassword", "createaccesskey", "createloginprofile", "createservicespecificcredential",
    "createuser", "deactivatemfadevice", "deleteaccesskey", "deleteloginprofile", "deleteservicespecificcredential",
    "deletesigningcertificate", "deletesshpublickey", "deleteuser", "deleteuserpermissionsboundary",
    "deleteuserpolicy", "detachuserpolicy", "enablemfadevice", "getaccesskeylastused", "getloginprofile",
    "getmfadevice", "getsshpublickey", "getuser", "getuserpolicy", "listaccesskeys", "listattacheduserpolicies",
    "listgroupsforuser", "listmfadevices", "listservicespecificcredentials", "listsigningcertificates",
    "listsshpublickeys", "listuserpolicies", "listusertags", "putuserpermissionsboundary", "putuserpolicy",
    "resetservicespecificcredential", "resyncmfadevice", "taguser", "untaguser", "updateaccesskey",
    "updateloginprofile", "updateservicespecificcredential", "updatesigningcertificate", "updatesshpublickey",
    "updateuser", "uploadsigningcertificate", "uploadsshpublickey",
)  # fmt: skip
"""IAM's actions on a user, none of which takes a group."""

_ON_GROUPS = (
    "addusertogroup", "attachgrouppolicy", "creategroup", "deletegroup", "deletegrouppolicy", "detachgrouppolicy",
    "generateservicelastaccesseddetails", "getgroup", "getgrouppolicy", "listattachedgrouppolicies",
    "listgrouppolicies", "listpoliciesgrantingserviceaccess", "putgrouppolicy", "removeuserfromgroup", "updategroup",
)  # fmt: skip
"""IAM's actions on a group."""


def actions_missing_members(statement: Statement) -> tuple[str, ...]:
    """The action patterns by which a Deny on nothing but groups tries to keep users safe; empty for other statements.

    A pattern that takes in actions on groups as well, such as `iam:*`, does something and is left out.
    """
    if statement.effect != "Deny" or not statement.resources or any(map(_may_name_users, statement.resources)):
        return ()
    if not any(map(_names_groups, statement.resources)):
        return ()
    return tuple(
        action
        for action in statement.actions or ()
        if _includes(action, _ON_USERS) and not _includes(action, _ON_GROUPS)
    )


def names_group(statement: Statement, arn: str) -> bool:
    """Whether a resource of the statement is the group of that ARN, or a pattern over groups that takes it in."""
    return any(_names_groups(resource) and _matches(arn, resource) for resource in statement.resources or ())


def _includes(action: str, names: tuple[str, ...]) -> bool:
    pattern = action.casefold()
    return any(_matches(f"iam:{name}", pattern) for name in names)


def _matches(text: str, pattern: str) -> bool:
    """IAM's wildcards are `*` and `?`; a bracket means itself."""
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def _names_groups(resource: str) -> bool:
    return _resource_part(resource).startswith("group/")


def _may_name_users(resource: str) -> bool:
    """Whether the pattern can take in a user, as far as its text before the first wildcard or variable tells."""
    whole = _resource_part(resource)
    certain = re.split(r"[*?$]", whole, maxsplit=1)[0]
    return certain.startswith("user/") or (certain != whole and "user/".startswith(certain))


def _resource_part(arn: str) -> str:
    """What follows the account in an ARN; `*` for a pattern without six parts, which may mean anything."""
    parts = arn.split(":", 5)
    return parts[5] if len(parts) == 6 else "*"
