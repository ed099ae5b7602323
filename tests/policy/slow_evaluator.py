"""A second evaluator, written from AWS's documentation alone, to be compared with the real one.

It works on decoded JSON in the format of `auditor policy simulate`, does everything in the plainest way, knows nothing
of unknown context, and shares no code with the engine. https://docs.aws.amazon.com/IAM/latest/UserGuide/
"""

from __future__ import annotations

import base64
import binascii
import fnmatch
import ipaddress
import re
from datetime import UTC, datetime
from fractions import Fraction

RCP_SERVICES = {"s3", "sts", "kms", "sqs", "secretsmanager", "dynamodb", "ecr"}
SESSION_KINDS = ("user", "role", "federated")


def decide(line):
    """allow, implicit_deny or explicit_deny."""
    request = line["request"]
    who = caller(request["principal"])
    action = request["action"].lower()
    account = request.get("resource_account") or who["account"]
    if action == "sts:getcalleridentity" and who["kind"] in (*SESSION_KINDS, "root"):
        return "allow"
    context = {key.lower(): value if isinstance(value, list) else [value] for key, value in request["context"].items()}
    ask = {"who": who, "action": action, "resource": request["resource"], "context": context, "account": account}
    web = action in ("sts:assumerolewithsaml", "sts:assumerolewithwebidentity")
    own = who["kind"] in SESSION_KINDS and not web
    ask["bounded"] = own and bool(line.get("permission_boundaries"))
    linked = "AWSServiceRoleFor" in who["arn"]
    scps = line.get("scps", []) if (own or who["kind"] == "root") and not web and not linked else []
    rcps = line.get("rcps", []) if action.split(":")[0] in RCP_SERVICES and not linked else []
    endpoint = line.get("endpoint_policies", [])
    resource = [line["resource_policy"]] if line.get("resource_policy") else []
    identity = line.get("identity_policies", []) if own else []
    boundaries = line.get("permission_boundaries", []) if own else []
    session = [line["session_policy"]] if own and line.get("session_policy") else []
    everything = [*endpoint, *resource, *identity, *boundaries, *session]
    everything += [policy for level in [*scps, *rcps] for policy in level["policies"]]
    if any(named(ask, policy, "Deny") for policy in everything):
        return "explicit_deny"
    for level in scps:
        if not any(named(ask, policy, "Allow") for policy in level["policies"]):
            return "implicit_deny"
    if endpoint and not any(named(ask, policy, "Allow") for policy in endpoint):
        return "implicit_deny"
    if action.startswith("sts:") and not asks_sts(who, action):
        return "implicit_deny"
    granted = set().union(*(named(ask, policy, "Allow") for policy in resource))
    if not own and (who["kind"] != "root" or web):
        return "allow" if granted else "implicit_deny"
    key_or_trust = (action.startswith("kms:") and ":key/" in ask["resource"]) or action == "sts:assumerole" or web
    same = who["account"] == account
    if who["kind"] == "root":
        return "allow" if granted or (same and not key_or_trust) else "implicit_deny"
    by_identity = any(named(ask, policy, "Allow") for policy in identity)
    by_boundary = not boundaries or any(named(ask, policy, "Allow") for policy in boundaries)
    by_session = any(named(ask, policy, "Allow") for policy in session) if session else who["kind"] != "federated"
    if not same:
        if action == "iam:passrole":
            return "implicit_deny"
        return "allow" if granted and by_identity and by_boundary and by_session else "implicit_deny"
    if "direct" in granted:
        return "allow"
    if "entity" in granted and by_boundary and by_session:
        return "allow"
    if by_identity and by_boundary and by_session and (granted or not key_or_trust):
        return "allow"
    return "implicit_deny"


def caller(text):
    if text == {"anonymous": True}:
        return {"kind": "anonymous", "arn": "", "account": ""}
    parts = text.split(":", 5)
    if len(parts) != 6:
        return {"kind": "service", "arn": text, "account": ""}
    account = parts[4]
    if parts[5] == "root":
        return {"kind": "root", "arn": text, "account": account}
    kind, _, path = parts[5].partition("/")
    who = {"arn": text, "account": account, "name": path.split("/")[0 if parts[2] == "sts" else -1]}
    kinds = {"user": "user", "role": "role", "assumed-role": "role", "federated-user": "federated"}
    if kind not in kinds:
        # Who comes from an identity provider is in nobody's account.
        return {"kind": "provider", "arn": text, "account": ""}
    return who | {"kind": kinds[kind]}


def asks_sts(who, action):
    """Who has the credentials, or the token, that an action of STS takes."""
    kind = who["kind"]
    if kind == "provider":
        kind = "saml" if ":saml-provider/" in who["arn"] else "oidc"
    takers = {
        "sts:assumerole": ["user", "role", "service"],
        "sts:assumerolewithsaml": ["saml"],
        "sts:assumerolewithwebidentity": ["oidc"],
    }
    return kind not in ("federated", "anonymous") and kind in takers.get(action, [kind])


def named(ask, policy, effect):
    """How the statements of that effect that apply name the caller: direct, entity or account."""
    listed = policy["Statement"]
    listed = listed if isinstance(listed, list) else [listed]
    variables = policy.get("Version") == "2012-10-17"
    found = set()
    for statement in listed:
        if statement["Effect"] == effect and applies(ask, statement, variables):
            found |= naming(ask, statement)
    return found


def naming(ask, statement):
    who = ask["who"]
    if "Principal" in statement:
        return principal_names(who, statement["Principal"])
    if "NotPrincipal" not in statement:
        return {"direct"}
    listed = statement["NotPrincipal"]
    if ask["bounded"] and statement["Effect"] == "Deny":
        return {"direct"}
    if listed == "*" or "*" in many(listed.get("AWS", [])):
        return set()
    if statement["Effect"] == "Allow":
        return set() if principal_names(who, listed) else {"direct"}
    needed = {"direct", "entity", "account"} if "assumed-role" in who["arn"] else {"direct", "account"}
    if who["arn"].startswith("arn:aws:iam") and who["kind"] == "role":
        needed = {"entity", "account"}
    if who["kind"] in ("root", "service", "provider"):
        needed = {"direct"}
    spared = who["kind"] != "anonymous" and needed <= principal_names(who, listed)
    return set() if spared else {"direct"}


def principal_names(who, principal):
    if principal == "*" or "*" in many(principal.get("AWS", [])):
        return {"direct"}
    found = set()
    entity = "role" if ":assumed-role/" in who["arn"] else "user" if who["kind"] == "federated" else "nobody"
    behind = f"arn:aws:iam::{who['account']}:{entity}/{who.get('name')}"
    for text in many(principal.get("AWS", [])):
        if text in (who["account"], f"arn:aws:iam::{who['account']}:root") and who["account"]:
            found.add("direct" if who["kind"] == "root" else "account")
        elif text == who["arn"]:
            found.add("entity" if who["kind"] == "role" and ":role/" in text else "direct")
        elif text == behind:
            found.add("entity")
    if who["kind"] == "service" and who["arn"] in many(principal.get("Service", [])):
        found.add("direct")
    if who["kind"] == "provider" and who["arn"] in many(principal.get("Federated", [])):
        found.add("direct")
    return found


def applies(ask, statement, variables):
    if "Action" in statement:
        if not any(like(pattern.lower(), ask["action"]) for pattern in many(statement["Action"])):
            return False
    elif any(like(pattern.lower(), ask["action"]) for pattern in many(statement["NotAction"])):
        return False
    resources = statement.get("Resource", statement.get("NotResource"))
    if resources is not None:
        filled = [fill(ask, pattern, variables, wild=True) for pattern in many(resources)]
        hit = any(re.fullmatch(one, ask["resource"], re.DOTALL) for one in filled if one is not None)
        if hit is ("NotResource" in statement):
            return False
    for operator, block in statement.get("Condition", {}).items():
        for key, values in block.items():
            if not condition(ask, operator.lower(), key.lower(), many(values), variables):
                return False
    return True


def condition(ask, operator, key, values, variables):
    quantifier, _, base = operator.rpartition(":")
    present = ask["context"].get(key)
    if base == "null":
        if quantifier:
            return quantifier == "forallvalues"
        # None of the keys asked about here is known to have one value only.
        return ("false" if present and present != [""] else "true") in [str(value).lower() for value in values]
    optional = base.endswith("ifexists")
    base = base.removesuffix("ifexists")
    negated = "not" in base
    if not present:
        return optional or quantifier == "forallvalues" or (negated and quantifier == "")
    present = [text_of(value) for value in present]
    if quantifier and present == [""]:
        return quantifier == "forallvalues"
    matched = [
        any(compare(ask, base.replace("not", ""), one, text_of(v), variables) for v in values) for one in present
    ]
    if quantifier == "":
        return any(matched) is not negated
    matched = [one is not negated for one in matched]
    return all(matched) if quantifier == "forallvalues" else any(matched)


def compare(ask, base, given, wanted, variables):
    if base in ("stringequals", "stringequalsignorecase", "stringlike", "bool", "arnequals", "arnlike"):
        wild = base in ("stringlike", "arnequals", "arnlike")
        pattern = fill(ask, wanted, variables, wild=wild)
        if pattern is None:
            return False
        if base == "bool":
            return given.lower() in ("true", "false") and bool(re.fullmatch(pattern, given, re.IGNORECASE))
        if base.startswith("arn"):
            one, other = pattern.split(":", 5), given.split(":", 5)
            whole = wanted == "*"
            parts = zip(one, other, strict=False)
            return whole or (len(one) == len(other) == 6 and all(re.fullmatch(a, b, re.DOTALL) for a, b in parts))
        flags = re.DOTALL | (re.IGNORECASE if base.endswith("ignorecase") else 0)
        return bool(re.fullmatch(pattern, given, flags))
    if base == "ipaddress":
        try:
            return ipaddress.ip_address(given) in ipaddress.ip_network(wanted, strict=False)
        except (ValueError, TypeError):
            return False
    if base == "binaryequals":
        try:
            return base64.b64decode(given, validate=True) == base64.b64decode(wanted, validate=True)
        except binascii.Error:
            return False
    read = numeric if base.startswith("numeric") else date
    left, right = read(given), read(wanted)
    if left is None or right is None:
        return False
    order = base.removeprefix("numeric").removeprefix("date")
    return {
        "equals": left == right,
        "lessthan": left < right,
        "lessthanequals": left <= right,
        "greaterthan": left > right,
        "greaterthanequals": left >= right,
    }[order]


def numeric(text):
    try:
        return Fraction(text) if "/" not in text else None
    except ValueError:
        return None


def date(text):
    try:
        return datetime.fromisoformat(text if "T" in text else text + "T00:00:00+00:00").timestamp()
    except ValueError:
        pass
    try:
        return datetime.fromtimestamp(int(text), UTC).timestamp()
    except ValueError:
        return None


def fill(ask, text, variables, *, wild):
    """A regular expression; None where a variable has no value."""
    pattern = ""
    parts = re.split(r"(\$\{[^}]*\})", text) if variables else [text]
    for part in parts:
        if variables and part in ("${*}", "${?}", "${$}"):
            pattern += re.escape(part[2])
        elif variables and part.startswith("${") and part.endswith("}"):
            name, comma, default = part[2:-1].partition(",")
            value = ask["context"].get(name.strip().lower())
            if value and len(value) == 1:
                pattern += re.escape(text_of(value[0]))
            elif comma and not value:
                pattern += re.escape(default.strip()[1:-1])
            else:
                return None
        else:
            pattern += "".join(
                {"*": ".*", "?": "."}.get(mark, re.escape(mark)) if wild else re.escape(mark) for mark in part
            )
    return pattern


def like(pattern, text):
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))


def many(value):
    return value if isinstance(value, list) else [value]


def text_of(value):
    return str(value).lower() if isinstance(value, bool) else str(value)
