"""The sections of a snapshot that are collected only when asked for. Apart from the models, so that it loads fast."""

OPT_IN = {
    "cloudtrail.key_uses": "root-events",
    "cloudtrail.root_events": "root-events",
    "iam.access_keys": "key-ids",
    "iam.mfa_devices": "mfa-devices",
    "iam.ssh_public_keys": "ssh-keys",
}
"""Sections that cost a call for each user or look events up, and the name by which `--with` asks for them."""

OPT_IN_NAMES = tuple(dict.fromkeys(OPT_IN.values()))
"""Those names, each once."""
