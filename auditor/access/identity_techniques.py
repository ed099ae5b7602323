"""Ways to more permissions through users, roles, groups and policies themselves.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from __future__ import annotations

from typing import Final

from auditor.access.technique import ADMINISTRATION, Need, Power, Scope, Technique

_ATTACHED: Final = (("iam:policyarn", ADMINISTRATION),)
_TRUSTING: Final = Need("sts:AssumeRole", "trusts")
"""A role that names whoever assumes it asks for no permission; but a denial counts, and for a role its boundary."""
_UNBOUNDED: Final = (("iam:permissionsboundary", None),)


def _attach(action: str) -> Need:
    return Need(action, "target", _ATTACHED)


def _attach_new(action: str) -> Need:
    return Need(action, "target", (*_ATTACHED, *_UNBOUNDED))


def _on(*actions: str) -> tuple[Need, ...]:
    return tuple(Need(action, "target") for action in actions)


def _new(*actions: str) -> tuple[Need, ...]:
    return tuple(Need(action, "target", _UNBOUNDED) for action in actions)


def _any(text: str) -> tuple[Need, ...]:
    return tuple(Need(action) for action in text.split())


def _iam(id: str, scope: Scope, power: Power, words: str, *needs: Need, kind: str = "edit") -> Technique:
    return Technique(id, words, kind, scope, power, needs)


_S, _P = Scope, Power

_ON_SELF: Final = (
    Technique("allow-everything", "do everything", "grant", _S.ACCOUNT, _P.EVERYTHING, (Need("*"),)),
    _iam("attach-user-policy", _S.SELF_USER, _P.EVERYTHING, "attach an administrator policy to itself",
         _attach("iam:AttachUserPolicy"), kind="grant"),
    _iam("put-user-policy", _S.SELF_USER, _P.EVERYTHING, "give itself an inline policy",
         *_on("iam:PutUserPolicy"), kind="grant"),
    _iam("attach-role-policy", _S.SELF_ROLE, _P.EVERYTHING, "attach an administrator policy to itself",
         _attach("iam:AttachRolePolicy"), kind="grant"),
    _iam("put-role-policy", _S.SELF_ROLE, _P.EVERYTHING, "give itself an inline policy",
         *_on("iam:PutRolePolicy"), kind="grant"),
    _iam("attach-group-policy", _S.OWN_GROUP, _P.EVERYTHING,
         "attach an administrator policy to {target}, which it is in",
         _attach("iam:AttachGroupPolicy"), kind="grant"),
    _iam("put-group-policy", _S.OWN_GROUP, _P.EVERYTHING, "give {target}, which it is in, an inline policy",
         *_on("iam:PutGroupPolicy"), kind="grant"),
    _iam("create-policy-version", _S.OWN_POLICY, _P.EVERYTHING, "write a new version of {target}, which it holds",
         *_on("iam:CreatePolicyVersion"), kind="grant"),
    _iam("set-default-policy-version", _S.OWN_POLICY, _P.EVERYTHING,
         "go back to another version of {target}, which it holds and one of whose versions may grant more",
         *_on("iam:SetDefaultPolicyVersion"), kind="grant"),
    _iam("add-user-to-group", _S.OTHER_GROUP, _P.JOIN, "add itself to {target}",
         *_on("iam:AddUserToGroup"), kind="grant"),
    _iam("put-any-policy", _S.SELF_USER, _P.UNBOUNDED, "replace its permissions boundary and give itself a policy",
         *_on("iam:PutUserPolicy"), Need("iam:PutUserPermissionsBoundary", "target",
         (("iam:permissionsboundary", ADMINISTRATION),)), kind="grant"),
    _iam("delete-user-boundary", _S.SELF_USER, _P.UNBOUNDED, "delete its permissions boundary",
         *_on("iam:DeleteUserPermissionsBoundary"), kind="grant"),
    _iam("delete-own-role-boundary", _S.SELF_ROLE, _P.UNBOUNDED, "delete its permissions boundary",
         *_on("iam:DeleteRolePermissionsBoundary"), kind="grant"),
    _iam("replace-user-boundary", _S.SELF_USER, _P.UNBOUNDED, "replace its permissions boundary by one that allows all",
         Need("iam:PutUserPermissionsBoundary", "target", (("iam:permissionsboundary", ADMINISTRATION),)),
         kind="grant"),
    _iam("replace-own-role-boundary", _S.SELF_ROLE, _P.UNBOUNDED,
         "replace its permissions boundary by one that allows all",
         Need("iam:PutRolePermissionsBoundary", "target", (("iam:permissionsboundary", ADMINISTRATION),)),
         kind="grant"),
    _iam("delete-user-denials", _S.SELF_USER, _P.UNREFUSED, "delete its inline policies that deny",
         *_on("iam:DeleteUserPolicy"), kind="grant"),
    _iam("detach-user-denials", _S.SELF_USER, _P.UNREFUSED, "detach its policies that deny",
         *_on("iam:DetachUserPolicy"), kind="grant"),
    _iam("delete-role-denials", _S.SELF_ROLE, _P.UNREFUSED, "delete its inline policies that deny",
         *_on("iam:DeleteRolePolicy"), kind="grant"),
    _iam("detach-role-denials", _S.SELF_ROLE, _P.UNREFUSED, "detach its policies that deny",
         *_on("iam:DetachRolePolicy"), kind="grant"),
    _iam("tag-user", _S.SELF_USER, _P.RETAGGED, "give itself the tags that policies ask for",
         *_on("iam:TagUser"), kind="grant"),
    _iam("tag-role", _S.SELF_ROLE, _P.RETAGGED, "give itself the tags that policies ask for",
         *_on("iam:TagRole"), kind="grant"),
)  # fmt: skip

_ON_NEW: Final = (
    _iam("over-permissive-iam", _S.NEW_USER, _P.EVERYTHING, "create an administrator with an access key",
         *_new("iam:CreateUser"), _attach_new("iam:AttachUserPolicy"), *_on("iam:CreateAccessKey"), kind="grant"),
    _iam("create-user-with-policy", _S.NEW_USER, _P.EVERYTHING, "create a user with an inline policy and a key",
         *_new("iam:CreateUser", "iam:PutUserPolicy"), *_on("iam:CreateAccessKey"), kind="grant"),
    _iam("create-user-with-password", _S.NEW_USER, _P.EVERYTHING, "create an administrator with a password",
         *_new("iam:CreateUser"), _attach_new("iam:AttachUserPolicy"), *_on("iam:CreateLoginProfile"), kind="grant"),
    _iam("create-role-and-attach", _S.NEW_ROLE, _P.EVERYTHING, "create a role that trusts it and is an administrator",
         *_new("iam:CreateRole"), _attach_new("iam:AttachRolePolicy"), _TRUSTING, kind="grant"),
    _iam("create-role-with-policy", _S.NEW_ROLE, _P.EVERYTHING, "create a role that trusts it and has an inline policy",
         *_new("iam:CreateRole", "iam:PutRolePolicy"), _TRUSTING, kind="grant"),
    Technique("sso-create-permission-set", "make itself a permission set that administers the account", "grant",
              _S.ACCOUNT, _P.EVERYTHING, _any("sso:CreatePermissionSet sso:AttachManagedPolicyToPermissionSet "
                                              "sso:CreateAccountAssignment")),
)  # fmt: skip

_ON_USERS: Final = (
    _iam("create-access-key", _S.USER, _P.ACT, "create an access key for {target}",
         *_on("iam:CreateAccessKey"), kind="credential"),
    _iam("create-login-profile", _S.USER_WITHOUT_PASSWORD, _P.ACT, "give {target} a password",
         *_on("iam:CreateLoginProfile"), kind="credential"),
    _iam("update-login-profile", _S.USER_WITH_PASSWORD, _P.ACT, "change the password of {target}",
         *_on("iam:UpdateLoginProfile"), kind="credential"),
    _iam("rotate-access-key", _S.USER, _P.ACT, "replace an access key of {target}",
         *_on("iam:DeleteAccessKey", "iam:CreateAccessKey"), kind="credential"),
    _iam("attach-user-policy-then-create-access-key", _S.USER, _P.EVERYTHING,
         "attach an administrator policy to {target} and create an access key for it",
         _attach("iam:AttachUserPolicy"), *_on("iam:CreateAccessKey")),
    _iam("put-user-policy-then-create-access-key", _S.USER, _P.EVERYTHING,
         "give {target} an inline policy and create an access key for it",
         *_on("iam:PutUserPolicy", "iam:CreateAccessKey")),
    _iam("create-service-credential", _S.USER, _P.DATA, "create a credential of {target} for one service",
         *_on("iam:CreateServiceSpecificCredential"), kind="credential"),
    _iam("reset-service-credential", _S.USER, _P.DATA, "reset a credential of {target} for one service",
         *_on("iam:ResetServiceSpecificCredential"), kind="credential"),
)  # fmt: skip

_ON_ROLES: Final = (
    _iam("assume-role", _S.TRUSTING_ROLE, _P.ACT, "assume {target}", *_on("sts:AssumeRole"), kind="assume"),
    _iam("update-trust-policy", _S.ROLE, _P.ACT, "have {target} trust it and assume it",
         *_on("iam:UpdateAssumeRolePolicy"), _TRUSTING),
    _iam("update-trust-policy-then-assume", _S.ROLE, _P.ACT, "have {target} trust it and assume it",
         *_on("iam:UpdateAssumeRolePolicy", "sts:AssumeRole")),
    _iam("attach-role-policy-then-assume", _S.TRUSTING_ROLE, _P.EVERYTHING,
         "attach an administrator policy to {target} and assume it",
         _attach("iam:AttachRolePolicy"), *_on("sts:AssumeRole")),
    _iam("attach-role-policy-then-update-trust", _S.ROLE, _P.EVERYTHING,
         "attach an administrator policy to {target} and have it trust it",
         _attach("iam:AttachRolePolicy"), *_on("iam:UpdateAssumeRolePolicy"), _TRUSTING),
    _iam("put-role-policy-then-assume", _S.TRUSTING_ROLE, _P.EVERYTHING,
         "give {target} an inline policy and assume it", *_on("iam:PutRolePolicy", "sts:AssumeRole")),
    _iam("put-role-policy-then-update-trust", _S.ROLE, _P.EVERYTHING,
         "give {target} an inline policy and have it trust it",
         *_on("iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"), _TRUSTING),
    _iam("create-policy-version-then-assume", _S.TRUSTING_ROLE, _P.EVERYTHING,
         "write a new version of a policy of {target} and assume it",
         Need("iam:CreatePolicyVersion", "its-policy"), *_on("sts:AssumeRole")),
    _iam("create-policy-version-then-update-trust", _S.ROLE, _P.EVERYTHING,
         "write a new version of a policy of {target} and have it trust it",
         Need("iam:CreatePolicyVersion", "its-policy"), *_on("iam:UpdateAssumeRolePolicy"), _TRUSTING),
    _iam("delete-role-boundary-then-assume", _S.TRUSTING_ROLE, _P.UNBOUNDED,
         "delete the permissions boundary of {target} and assume it",
         *_on("iam:DeleteRolePermissionsBoundary", "sts:AssumeRole")),
    _iam("enrol-mfa-then-assume", _S.MFA_ROLE, _P.ACT, "enrol an MFA device of its own, which {target} asks for",
         Need("iam:CreateVirtualMFADevice"), Need("iam:EnableMFADevice", "self"), *_on("sts:AssumeRole"),
         kind="assume"),
    _iam("tag-session-then-assume", _S.TRUSTING_ROLE, _P.RETAGGED,
         "assume {target} with the tags that policies ask for",
         *_on("sts:AssumeRole", "sts:TagSession"), kind="assume"),
    _iam("update-saml-provider", _S.FEDERATED_ROLE, _P.ACT, "replace the SAML provider that {target} trusts",
         Need("iam:UpdateSAMLProvider", "its-provider"), kind="federate"),
    _iam("add-oidc-client", _S.FEDERATED_ROLE, _P.ACT, "add a client to the OIDC provider that {target} trusts",
         Need("iam:AddClientIDToOpenIDConnectProvider", "its-provider"), kind="federate"),
    _iam("update-oidc-thumbprint", _S.FEDERATED_ROLE, _P.ACT,
         "have the OIDC provider that {target} trusts accept a server of its own",
         Need("iam:UpdateOpenIDConnectProviderThumbprint", "its-provider"), kind="federate"),
    Technique("sso-attach-managed-policy", "attach an administrator policy to the permission set of {target}", "edit",
              _S.CENTER_ROLE, _P.EVERYTHING, _any("sso:AttachManagedPolicyToPermissionSet")),
    Technique("sso-put-inline-policy", "give the permission set of {target} an inline policy", "edit",
              _S.CENTER_ROLE, _P.EVERYTHING, _any("sso:PutInlinePolicyToPermissionSet")),
)  # fmt: skip

IDENTITY_TECHNIQUES: Final = (*_ON_SELF, *_ON_NEW, *_ON_USERS, *_ON_ROLES)
