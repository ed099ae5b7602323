"""The sections of a snapshot that are collected only when asked for. Apart from the models, so that it loads fast."""

OPT_IN = {
    "access_analyzer.policy_validations": "policy-validation",
    "cloudtrail.key_uses": "root-events",
    "cloudtrail.root_events": "root-events",
    "iam.access_keys": "key-ids",
    "iam.last_accessed": "last-accessed",
    "iam.mfa_devices": "mfa-devices",
    "iam.ssh_public_keys": "ssh-keys",
    "resource_policies.account_public_access": "resource-policies",
    "resource_policies.backup_vaults": "resource-policies",
    "resource_policies.buckets": "resource-policies",
    "resource_policies.event_buses": "resource-policies",
    "resource_policies.functions": "resource-policies",
    "resource_policies.keys": "resource-policies",
    "resource_policies.queues": "resource-policies",
    "resource_policies.repositories": "resource-policies",
    "resource_policies.secrets": "resource-policies",
    "resource_policies.topics": "resource-policies",
}
"""Sections that cost a call for each user, role, policy or resource, or look events up, and the name by which `--with`
asks for them."""

OPT_IN_NAMES = tuple(dict.fromkeys(OPT_IN.values()))
"""Those names, each once."""
