"""IAM Identity Center of the neglected account: switched on once, and everybody made an administrator."""

from __future__ import annotations

from ..identity_center import Application, Assignment, IdentityCenter, PermissionSet, Person
from .parts import ADMINISTRATOR, allow, aws, document

SHOP = "444400001111"

_CROWD = tuple(f"person{number}@corp.example" for number in range(1, 9))


def identity_center(account: str) -> IdentityCenter:
    """The organization's instance, in Ireland, as the management account `account` sees it."""
    return IdentityCenter(
        owner=account,
        region="eu-west-1",
        permission_sets=_permission_sets(),
        people=(
            *(Person(name, name) for name in _CROWD),
            Person("dave", "dave@corp.example"),
            Person("erin", "erin@corp.example", enabled=False),
            Person("kiosk"),
        ),
        groups={"Everybody": _CROWD, "Contractors": (), "Builders": ("dave", "erin")},
        assignments=(
            Assignment("AdministratorAccess", "Everybody", account),
            Assignment("AdministratorAccess", "dave", account, to_user=True),
            Assignment("Developers", "Contractors", account),
            Assignment("Developers", "erin", SHOP, to_user=True),
            Assignment("Deployment", "Builders", SHOP),
            Assignment("Reports", "Builders", SHOP),
        ),
        applications=(Application("wiki", account, open=True), Application("payroll", account)),
        issuers={"old-okta": "https://corp.okta.example"},
    )


def _permission_sets() -> tuple[PermissionSet, ...]:
    pass_anything = document(allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]))
    return (
        PermissionSet("AdministratorAccess", (ADMINISTRATOR,), session="PT12H"),
        PermissionSet(
            "Developers",
            (aws("PowerUserAccess"), aws("AmazonS3FullAccess")),
            customer=("developers-extra",),
            session="PT8H",
            outdated=(SHOP,),
        ),
        PermissionSet("Deployment", inline=pass_anything),
        PermissionSet("Reports", inline=document(allow("s3:*"))),
        PermissionSet("Trial", (aws("DatabaseAdministrator", "/job-function/"),)),
    )
