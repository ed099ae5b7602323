"""The commands, in the order of the help, each with its line there."""

COMMANDS = {
    "scan": "look at an account, ask the rules, report",
    "collect": "look at an account and keep what was seen in a snapshot file",
    "check": "ask the rules about saved snapshots or exported files; never uses the network",
    "lint": "look through policy documents, templates and plans in files; needs no account",
    "policy": "decide on requests, compare policies, and ask what they grant; needs no account",
    "access": "ask what the principals of an account can do, and what they need",
    "rules": "list the rules, or the claims of the source documents that they answer",
    "claims": "tell how far an account follows the source documents, claim by claim",
    "explain": "say why a rule matters, how to mend what it finds, and which options it has",
    "permissions": "print the least read-only permissions that the selected rules need",
    "schema": "print the JSON Schema of a file",
    "config": "show, validate or begin a configuration",
    "demo": "check a bundled, badly neglected account; needs no credentials",
    "completion": "print a completion script for a shell",
}
