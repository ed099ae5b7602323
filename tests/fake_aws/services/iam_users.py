"""IAM users and what hangs on each: keys, passwords, MFA devices and the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..entities import Group, User
from ..iam_shapes import boundary, find, group_core, no_such_entity, tags, user_shape
from ..operations import AWSError, Request, operation
from ..paging import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..entities import MFADevice
    from ..state import Account

STATUS = {True: "Active", False: "Inactive"}


def listed(
    account: Account, params: dict[str, Any], member: str, items: Iterable[Any], shape: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    """An IAM list: one page of `items` as `member`, its marker bound to the account, the list and the parameters."""
    rest = {name: value for name, value in params.items() if name not in {"Marker", "MaxItems"}}
    page, more = cut(list(items), params, binding=[account.id, member, rest])
    return {member: [shape(item) for item in page], **more}


def by_path(items: Iterable[Any], params: dict[str, Any]) -> list[Any]:
    """Entities under PathPrefix, sorted by name as IAM sorts them."""
    prefix = params.get("PathPrefix", "/")
    return sorted((item for item in items if item.path.startswith(prefix)), key=lambda item: item.name.lower())


def user_of(account: Account, params: dict[str, Any], request: Request) -> User:
    """The user that UserName names, the caller without one."""
    if name := params.get("UserName"):
        return find(account, User, name)
    if ":user/" not in request.caller.arn:
        raise AWSError("ValidationError", "Must specify userName when calling with non-User credentials")
    return find(account, User, request.caller.arn.rpartition("/")[2])


@operation("iam", "ListUsers")
def list_users(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    return listed(account, params, "Users", by_path(account.users, params), lambda user: user_shape(account, user))


@operation("iam", "GetUser")
def get_user(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """One user; for root as the caller, root itself."""
    if "UserName" not in params and request.caller.arn.endswith(":root"):
        return {"User": _root(account)}
    user = user_of(account, params, request)
    return {"User": user_shape(account, user) | boundary(user.boundary) | {"Tags": tags(user.tags)}}


@operation("iam", "ListGroupsForUser")
def list_groups_for_user(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    groups = [find(account, Group, name) for name in find(account, User, params["UserName"]).groups]
    return listed(account, params, "Groups", groups, lambda group: group_core(account, group))


@operation("iam", "ListUserTags")
def list_user_tags(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    pairs = tags(find(account, User, params["UserName"]).tags)
    return listed(account, params, "Tags", pairs, lambda pair: pair)


@operation("iam", "ListAccessKeys")
def list_access_keys(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    user = user_of(account, params, request)
    return listed(
        account,
        params,
        "AccessKeyMetadata",
        user.keys,
        lambda key: {
            "UserName": user.name,
            "AccessKeyId": key.id,
            "Status": STATUS[key.active],
            "CreateDate": key.created,
        },
    )


@operation("iam", "GetAccessKeyLastUsed")
def get_access_key_last_used(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """The last use of a key of this account; a key that never was used has no date, and N/A for the rest."""
    for user in account.users:
        for key in user.keys:
            if key.id == params["AccessKeyId"]:
                use = {"Region": "N/A", "ServiceName": "N/A"}
                if key.used:
                    use = {"LastUsedDate": key.used.date, "Region": key.used.region, "ServiceName": key.used.service}
                return {"UserName": user.name, "AccessKeyLastUsed": use}
    raise AWSError("AccessDenied", f"The Access Key with id {params['AccessKeyId']} cannot be found.", 403)


@operation("iam", "GetLoginProfile")
def get_login_profile(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    user = user_of(account, params, request)
    if user.password is None:
        raise no_such_entity(f"Login Profile for User {user.name} cannot be found.")
    profile: dict[str, Any] = {"UserName": user.name, "CreateDate": user.password.created}
    return {"LoginProfile": profile | {"PasswordResetRequired": user.password.reset_required}}


@operation("iam", "ListMFADevices")
def list_mfa_devices(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """The devices of one user, of every kind. Without UserName those of the caller, who may be root."""
    if "UserName" not in params and request.caller.arn.endswith(":root"):
        name, devices = {}, account.root.mfa
    else:
        user = user_of(account, params, request)
        name, devices = {"UserName": user.name}, user.mfa
    return listed(
        account,
        params,
        "MFADevices",
        devices,
        lambda device: {**name, "SerialNumber": device.serial, "EnableDate": device.enabled},
    )


@operation("iam", "ListVirtualMFADevices")
def list_virtual_mfa_devices(account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """All virtual devices of the account; those without an owner have neither User nor EnableDate."""
    status = params.get("AssignmentStatus", "Any")
    owned = [*((_root(account), device) for device in account.root.mfa)]
    owned += ((user_shape(account, user), device) for user in account.users for device in user.mfa)
    devices = [_virtual(owner, device) for owner, device in owned if device.virtual and status != "Unassigned"]
    if status != "Assigned":
        devices += [{"SerialNumber": serial} for serial in account.unassigned_mfa]
    return listed(account, params, "VirtualMFADevices", devices, lambda device: device)


def _virtual(owner: dict[str, Any], device: MFADevice) -> dict[str, Any]:
    return {"SerialNumber": device.serial, "User": owner, "EnableDate": device.enabled}


def _root(account: Account) -> dict[str, Any]:
    """Root as a User: an ARN and an id, but no name and no path."""
    used = account.root.password.used if account.root.password else None
    core = {"UserId": account.id, "Arn": account.arn("iam", "root"), "CreateDate": account.root.created}
    return core | ({"PasswordLastUsed": used} if used else {})


@operation("iam", "ListSSHPublicKeys")
def list_ssh_public_keys(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    user = user_of(account, params, request)
    return listed(
        account,
        params,
        "SSHPublicKeys",
        user.ssh_keys,
        lambda key: {
            "UserName": user.name,
            "SSHPublicKeyId": key.id,
            "Status": STATUS[key.active],
            "UploadDate": key.uploaded,
        },
    )


@operation("iam", "ListSigningCertificates")
def list_signing_certificates(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    user = user_of(account, params, request)
    return listed(
        account,
        params,
        "Certificates",
        user.certificates,
        lambda certificate: {
            "UserName": user.name,
            "CertificateId": certificate.id,
            "CertificateBody": "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
            "Status": STATUS[certificate.active],
            "UploadDate": certificate.uploaded,
        },
    )


@operation("iam", "ListServiceSpecificCredentials")
def list_service_specific_credentials(account: Account, params: dict[str, Any], request: Request) -> dict[str, Any]:
    """Of one user, or of all with AllUsers; ServiceName narrows both."""
    if params.get("AllUsers"):
        if "UserName" in params:
            raise AWSError("InvalidInput", "UserName must not be specified when AllUsers is true")
        users: Iterable[User] = account.users
    else:
        users = [user_of(account, params, request)]
    service = params.get("ServiceName")
    found = [
        (user, each)
        for user in users
        for each in user.service_credentials
        if service is None or each.service == service
    ]
    return listed(account, params, "ServiceSpecificCredentials", found, lambda pair: _credential(account, *pair))


def _credential(account: Account, user: User, credential: Any) -> dict[str, Any]:
    # API keys (Bedrock) have an alias where the others have a user name for HTTPS.
    name = f"{user.name}-at-{account.id}"
    alias = "ServiceCredentialAlias" if credential.service == "bedrock.amazonaws.com" else "ServiceUserName"
    expires = {"ExpirationDate": credential.expires} if credential.expires else {}
    return {
        "UserName": user.name,
        "Status": STATUS[credential.active],
        alias: name,
        "CreateDate": credential.created,
        **expires,
        "ServiceSpecificCredentialId": credential.id,
        "ServiceName": credential.service,
    }
