"""Ways to more permissions through users, roles, groups and policies themselves.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from __future__ import annotations

from typing import Final

from auditor.access.technique import ADMINISTRATION, TARGET, Need, Power, Scope, Technique, anywhere

_ATTACHED: Final = (("iam:policyarn", ADMINISTRATION),)
_TRUSTING: Final = Need("sts:AssumeRole", "trusts")
"""A role that names whoever assumes it asks for no permission; but a denial counts, and for a role its boundary."""
_THE_POLICY: Final = (("iam:policyarn", TARGET),)
_UNBOUNDED: Final = (("iam:permissionsboundary", None),)


def _attach(action: str) -> Need:
    return Need(action, "target", _ATTACHED)


def attach_new(action: str) -> Need:
    """An administrator policy is attached to whoever is new and has no boundary, or one of no effect."""
    return Need(action, "target", (*_ATTACHED, *_UNBOUNDED))


def _on(*actions: str) -> tuple[Need, ...]:
    return tuple(Need(action, "target") for action in actions)


def new(*actions: str) -> tuple[Need, ...]:
    """The same of other actions."""
    return tuple(Need(action, "target", _UNBOUNDED) for action in actions)


def _boundary(action: str) -> Need:
    return Need(action, "target", (("iam:permissionsboundary", ADMINISTRATION),))


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
    _iam("set-default-policy-version", _S.OWN_POLICY, _P.REVERTED,
         "go back to another version of {target}, which it holds and which may grant more",
         *_on("iam:SetDefaultPolicyVersion"), kind="grant"),
    _iam("rewrite-own-boundary", _S.OWN_BOUNDARY, _P.UNBOUNDED,
         "write a new version of {target}, its permissions boundary",
         *_on("iam:CreatePolicyVersion"), kind="grant"),
    _iam("revert-own-boundary", _S.OWN_BOUNDARY, _P.REVERTED,
         "go back to another version of {target}, its permissions boundary", *_on("iam:SetDefaultPolicyVersion"),
         kind="grant"),
    _iam("attach-user-policy-of-account", _S.OTHER_POLICY, _P.JOIN, "attach {target} to itself",
         Need("iam:AttachUserPolicy", "self", _THE_POLICY), kind="grant"),
    _iam("attach-role-policy-of-account", _S.OTHER_POLICY, _P.JOIN, "attach {target} to itself",
         Need("iam:AttachRolePolicy", "self", _THE_POLICY), kind="grant"),
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
    _iam("leave-group-that-denies", _S.OWN_GROUP, _P.UNREFUSED, "leave {target}, whose policies deny",
         *_on("iam:RemoveUserFromGroup"), kind="grant"),
    _iam("delete-group-denials", _S.OWN_GROUP, _P.UNREFUSED, "delete the inline policies of {target} that deny",
         *_on("iam:DeleteGroupPolicy"), kind="grant"),
    _iam("detach-group-denials", _S.OWN_GROUP, _P.UNREFUSED, "detach the policies of {target} that deny",
         *_on("iam:DetachGroupPolicy"), kind="grant"),
    _iam("tag-user", _S.SELF_USER, _P.RETAGGED, "give itself the tags that policies ask for",
         *_on("iam:TagUser"), kind="grant"),
    _iam("tag-role", _S.SELF_ROLE, _P.RETAGGED, "give itself the tags that policies ask for",
         *_on("iam:TagRole"), kind="grant"),
    _iam("untag-user", _S.SELF_USER, _P.RETAGGED, "take the tags off itself that policies refuse",
         *_on("iam:UntagUser"), kind="grant"),
    _iam("untag-role", _S.SELF_ROLE, _P.RETAGGED, "take the tags off itself that policies refuse",
         *_on("iam:UntagRole"), kind="grant"),
)  # fmt: skip

_ON_NEW: Final = (
    _iam("over-permissive-iam", _S.NEW_USER, _P.EVERYTHING, "create an administrator with an access key",
         *new("iam:CreateUser"), attach_new("iam:AttachUserPolicy"), *_on("iam:CreateAccessKey"), kind="grant"),
    _iam("create-user-with-policy", _S.NEW_USER, _P.EVERYTHING, "create a user with an inline policy and a key",
         *new("iam:CreateUser", "iam:PutUserPolicy"), *_on("iam:CreateAccessKey"), kind="grant"),
    _iam("create-user-with-password", _S.NEW_USER, _P.EVERYTHING, "create an administrator with a password",
         *new("iam:CreateUser"), attach_new("iam:AttachUserPolicy"), *_on("iam:CreateLoginProfile"), kind="grant"),
    _iam("create-user-with-policy-and-password", _S.NEW_USER, _P.EVERYTHING,
         "create a user with an inline policy and a password",
         *new("iam:CreateUser", "iam:PutUserPolicy"), *_on("iam:CreateLoginProfile"), kind="grant"),
    _iam("create-role-and-attach", _S.NEW_ROLE, _P.EVERYTHING, "create a role that trusts it and is an administrator",
         *new("iam:CreateRole"), attach_new("iam:AttachRolePolicy"), _TRUSTING, kind="grant"),
    _iam("create-role-with-policy", _S.NEW_ROLE, _P.EVERYTHING, "create a role that trusts it and has an inline policy",
         *new("iam:CreateRole", "iam:PutRolePolicy"), _TRUSTING, kind="grant"),
    _iam("create-user-in-group", _S.NEW_USER, _P.EVERYTHING, "create a user with a key in a group that administers",
         *new("iam:CreateUser"), Need("iam:AddUserToGroup", "strong-group"), *_on("iam:CreateAccessKey"),
         kind="grant"),
    _iam("create-user-and-unbound", _S.NEW_USER, _P.EVERYTHING,
         "create a user with a key, attach an administrator policy and delete its permissions boundary",
         *new("iam:CreateUser"), attach_new("iam:AttachUserPolicy"), *new("iam:DeleteUserPermissionsBoundary"),
         *_on("iam:CreateAccessKey"), kind="grant"),
    _iam("create-user-with-policy-and-unbound", _S.NEW_USER, _P.EVERYTHING,
         "create a user with a key and an inline policy and delete its permissions boundary",
         *new("iam:CreateUser", "iam:PutUserPolicy", "iam:DeleteUserPermissionsBoundary"),
         *_on("iam:CreateAccessKey"), kind="grant"),
    _iam("create-role-and-unbound", _S.NEW_ROLE, _P.EVERYTHING,
         "create a role that trusts it, attach an administrator policy and delete its permissions boundary",
         *new("iam:CreateRole"), attach_new("iam:AttachRolePolicy"), *new("iam:DeleteRolePermissionsBoundary"),
         _TRUSTING, kind="grant"),
    _iam("create-role-with-policy-and-unbound", _S.NEW_ROLE, _P.EVERYTHING,
         "create a role that trusts it and has an inline policy, and delete its permissions boundary",
         *new("iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRolePermissionsBoundary"), _TRUSTING, kind="grant"),
    _iam("create-user-and-rebound", _S.NEW_USER, _P.EVERYTHING,
         "create a user with a key, attach an administrator policy and replace its permissions boundary",
         *new("iam:CreateUser"), attach_new("iam:AttachUserPolicy"), _boundary("iam:PutUserPermissionsBoundary"),
         *_on("iam:CreateAccessKey"), kind="grant"),
    _iam("create-user-with-policy-and-rebound", _S.NEW_USER, _P.EVERYTHING,
         "create a user with a key and an inline policy and replace its permissions boundary",
         *new("iam:CreateUser", "iam:PutUserPolicy"), _boundary("iam:PutUserPermissionsBoundary"),
         *_on("iam:CreateAccessKey"), kind="grant"),
    _iam("create-role-and-rebound", _S.NEW_ROLE, _P.EVERYTHING,
         "create a role that trusts it, attach an administrator policy and replace its permissions boundary",
         *new("iam:CreateRole"), attach_new("iam:AttachRolePolicy"), _boundary("iam:PutRolePermissionsBoundary"),
         _TRUSTING, kind="grant"),
    _iam("create-role-with-policy-and-rebound", _S.NEW_ROLE, _P.EVERYTHING,
         "create a role that trusts it and has an inline policy, and replace its permissions boundary",
         *new("iam:CreateRole", "iam:PutRolePolicy"), _boundary("iam:PutRolePermissionsBoundary"), _TRUSTING,
         kind="grant"),
    _iam("create-group-with-policy", _S.NEW_GROUP, _P.EVERYTHING, "create a group with an inline policy and join it",
         *_on("iam:CreateGroup", "iam:PutGroupPolicy", "iam:AddUserToGroup"), kind="grant"),
    _iam("create-group-and-attach", _S.NEW_GROUP, _P.EVERYTHING, "create a group of administrators and join it",
         *_on("iam:CreateGroup"), _attach("iam:AttachGroupPolicy"), *_on("iam:AddUserToGroup"), kind="grant"),
    Technique("sso-create-permission-set", "make itself a permission set that administers the account", "grant",
              _S.ACCOUNT, _P.EVERYTHING, anywhere("sso:CreatePermissionSet sso:AttachManagedPolicyToPermissionSet "
                                              "sso:CreateAccountAssignment")),
    Technique("sso-create-permission-set-with-policy", "make itself a permission set with an inline policy", "grant",
              _S.ACCOUNT, _P.EVERYTHING, anywhere("sso:CreatePermissionSet sso:PutInlinePolicyToPermissionSet "
                                              "sso:CreateAccountAssignment")),
)  # fmt: skip

_ON_USERS: Final = (
    _iam("create-access-key", _S.USER, _P.ACT, "create an access key for {target}",
         *_on("iam:CreateAccessKey"), kind="credential"),
    _iam("create-login-profile", _S.USER_WITHOUT_PASSWORD, _P.ACT, "give {target} a password",
         *_on("iam:CreateLoginProfile"), kind="credential"),
    _iam("update-login-profile", _S.USER_WITH_PASSWORD, _P.ACT, "change the password of {target}",
         *_on("iam:UpdateLoginProfile"), kind="credential"),
    _iam("replace-login-profile", _S.USER_WITH_PASSWORD, _P.ACT, "replace the password of {target}",
         *_on("iam:DeleteLoginProfile", "iam:CreateLoginProfile"), kind="credential"),
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
    _iam("tag-role-then-assume", _S.TAGGED_ROLE, _P.ACT, "change the tags of {target} and assume it",
         *_on("sts:AssumeRole"), kind="assume"),
    _iam("update-saml-provider", _S.FEDERATED_ROLE, _P.ACT, "replace the SAML provider that {target} trusts",
         Need("iam:UpdateSAMLProvider", "its-provider"), kind="federate"),
    _iam("add-oidc-client", _S.FEDERATED_ROLE, _P.ACT, "add a client to the OIDC provider that {target} trusts",
         Need("iam:AddClientIDToOpenIDConnectProvider", "its-provider"), kind="federate")._replace(unless_named=":sub"),
    _iam("update-oidc-thumbprint", _S.FEDERATED_ROLE, _P.ACT,
         "have the OIDC provider that {target} trusts accept a server of its own",
         Need("iam:UpdateOpenIDConnectProviderThumbprint", "its-provider"), kind="federate"),
    Technique("sso-assign-permission-set", "assign the permission set of {target} to itself", "assume",
              _S.CENTER_ROLE, _P.ACT, anywhere("sso:CreateAccountAssignment")),
    Technique("sso-attach-managed-policy", "attach an administrator policy to the permission set of {target}", "edit",
              _S.CENTER_ROLE, _P.EVERYTHING, anywhere("sso:AttachManagedPolicyToPermissionSet")),
    Technique("sso-put-inline-policy", "give the permission set of {target} an inline policy", "edit",
              _S.CENTER_ROLE, _P.EVERYTHING, anywhere("sso:PutInlinePolicyToPermissionSet")),
)  # fmt: skip


STRENGTHENING: Final = (
    _iam("give-user-policy", _S.USER, _P.EVERYTHING, "give {target} an inline policy", *_on("iam:PutUserPolicy")),
    _iam("attach-policy-to-user", _S.USER, _P.EVERYTHING, "attach an administrator policy to {target}",
         _attach("iam:AttachUserPolicy")),
    _iam("add-other-user-to-group", _S.USER, _P.EVERYTHING, "add {target} to a group that administers",
         Need("iam:AddUserToGroup", "strong-group")),
    _iam("give-group-policy", _S.USER, _P.EVERYTHING, "give a group that {target} is in an inline policy",
         Need("iam:PutGroupPolicy", "its-group")),
    _iam("attach-policy-to-group", _S.USER, _P.EVERYTHING, "attach an administrator policy to a group of {target}",
         Need("iam:AttachGroupPolicy", "its-group", _ATTACHED)),
    _iam("rewrite-policy-of-user", _S.USER, _P.EVERYTHING, "write a new version of a policy of {target}",
         Need("iam:CreatePolicyVersion", "its-policy")),
    _iam("give-role-policy", _S.ROLE, _P.EVERYTHING, "give {target} an inline policy", *_on("iam:PutRolePolicy")),
    _iam("attach-policy-to-role", _S.ROLE, _P.EVERYTHING, "attach an administrator policy to {target}",
         _attach("iam:AttachRolePolicy")),
    _iam("rewrite-policy-of-role", _S.ROLE, _P.EVERYTHING, "write a new version of a policy of {target}",
         Need("iam:CreatePolicyVersion", "its-policy")),
)  # fmt: skip
"""What makes another user or role stronger: of use to whoever can act as it."""

UNDOING: Final = (
    _iam("delete-boundary-of-user", _S.USER, _P.UNBOUNDED, "delete the permissions boundary of {target}",
         *_on("iam:DeleteUserPermissionsBoundary")),
    _iam("replace-boundary-of-user", _S.USER, _P.UNBOUNDED,
         "replace the permissions boundary of {target} by one that allows all",
         _boundary("iam:PutUserPermissionsBoundary")),
    _iam("rewrite-boundary-of-user", _S.USER, _P.UNBOUNDED,
         "write a new version of the permissions boundary of {target}",
         Need("iam:CreatePolicyVersion", "its-boundary")),
    _iam("delete-boundary-of-role", _S.ROLE, _P.UNBOUNDED, "delete the permissions boundary of {target}",
         *_on("iam:DeleteRolePermissionsBoundary")),
    _iam("replace-boundary-of-role", _S.ROLE, _P.UNBOUNDED,
         "replace the permissions boundary of {target} by one that allows all",
         _boundary("iam:PutRolePermissionsBoundary")),
    _iam("rewrite-boundary-of-role", _S.ROLE, _P.UNBOUNDED,
         "write a new version of the permissions boundary of {target}",
         Need("iam:CreatePolicyVersion", "its-boundary")),
    _iam("revert-boundary-of-user", _S.USER, _P.REVERTED,
         "go back to another version of the permissions boundary of {target}",
         Need("iam:SetDefaultPolicyVersion", "its-boundary")),
    _iam("revert-boundary-of-role", _S.ROLE, _P.REVERTED,
         "go back to another version of the permissions boundary of {target}",
         Need("iam:SetDefaultPolicyVersion", "its-boundary")),
    _iam("revert-policy-of-user", _S.USER, _P.REVERTED, "go back to another version of a policy of {target}",
         Need("iam:SetDefaultPolicyVersion", "its-policy")),
    _iam("revert-policy-of-role", _S.ROLE, _P.REVERTED, "go back to another version of a policy of {target}",
         Need("iam:SetDefaultPolicyVersion", "its-policy")),
    _iam("delete-denials-of-user", _S.USER, _P.UNREFUSED, "delete the inline policies of {target} that deny",
         *_on("iam:DeleteUserPolicy")),
    _iam("detach-denials-of-user", _S.USER, _P.UNREFUSED, "detach the policies of {target} that deny",
         *_on("iam:DetachUserPolicy")),
    _iam("delete-denials-of-role", _S.ROLE, _P.UNREFUSED, "delete the inline policies of {target} that deny",
         *_on("iam:DeleteRolePolicy")),
    _iam("detach-denials-of-role", _S.ROLE, _P.UNREFUSED, "detach the policies of {target} that deny",
         *_on("iam:DetachRolePolicy")),
)  # fmt: skip
"""What rids another user or role of what limits it: its permissions boundary, its denials, its policies' versions."""

IDENTITY_TECHNIQUES: Final = (*_ON_SELF, *_ON_NEW, *_ON_USERS, *_ON_ROLES)
