"""Whatever a file holds, reading it gives a value or an InputError, and what was read comes back the same."""

import json
from contextlib import suppress
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import InputError
from auditor.snapshot import credential_report
from auditor.snapshot.files import dumps, loads, read
from auditor.snapshot.iam import CredentialReportRow
from auditor.snapshot.imports import from_exports
from auditor.snapshot.redact import redact

bounded = settings(max_examples=400, deadline=None, derandomize=True, database=None)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ARN = "arn:aws:iam::111122223333"
MOMENT = "2024-01-01T00:00:00Z"
PRINCIPAL = '{"AWS":"arn:aws:iam::111122223333:user/al"}'
DOCUMENT = f'{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{PRINCIPAL}}}}}'
ROW = dict.fromkeys(CredentialReportRow.model_fields)
ROW |= {"user": "al", "arn": f"{ARN}:user/al", "user_creation_time": MOMENT}
STATE = {
    "schema": "auditor/snapshot/v1",
    "account": "111122223333",
    "partition": "aws",
    "sts": {"caller_identity": {"Account": "111122223333", "Arn": f"{ARN}:user/al", "UserId": "AIDAEXAMPLE"}},
    "iam": {
        "account_summary": {"AccountMFAEnabled": 1},
        "credential_report": {"generated_time": MOMENT, "rows": {"al": ROW}},
        "users": {
            "al": {
                "UserName": "al",
                "Arn": f"{ARN}:user/al",
                "CreateDate": MOMENT,
                "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": DOCUMENT}],
                "Tags": [{"Key": "owner", "Value": "al"}],
            }
        },
        "password_policy": None,
        "account_aliases": ["example"],
        "organizations_features": {"Status": "enabled"},
    },
    "gaps": [{"section": "iam.users", "operation": "iam:ListUsers", "reason": "denied", "resource": "al"}],
    "collection": {"taken_at": MOMENT, "tool_version": "0", "requests": 3, "seconds": 0.5},
}
DETAILS = {
    "UserDetailList": [STATE["iam"]["users"]["al"]],
    "GroupDetailList": [{"GroupName": "g", "Arn": f"{ARN}:group/g", "CreateDate": MOMENT}],
    "RoleDetailList": [{"RoleName": "r", "Arn": f"{ARN}:role/r", "CreateDate": MOMENT, "RoleLastUsed": {}}],
    "Policies": [
        {
            "Arn": f"{ARN}:policy/p",
            "PolicyName": "p",
            "DefaultVersionId": "v1",
            "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": True, "Document": DOCUMENT}],
        }
    ],
}

text = st.text(alphabet=st.characters(codec=None), max_size=20) | st.sampled_from(["", "\ud800", MOMENT, "*", ARN])
number = st.integers() | st.floats() | st.just(10**400)
scalar = st.none() | st.booleans() | number | text
junk = st.recursive(scalar, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4))


def paths(value, path=()):
    """Every place in a JSON value."""
    yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        yield from paths(item, (*path, key))


def changed(value, path, new):
    """A JSON value with another one at a place, or without what stands there."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(copy[path[0]], path[1:], new)
    return copy


def mutants(value):
    return st.builds(changed, st.just(value), st.sampled_from(list(paths(value))), junk)


def check_loads(content):
    try:
        snapshot = loads(content, "file")
    except InputError as error:
        assert all(line.isprintable() for line in (str(error), *error.help))
        return
    canonical = dumps(snapshot)
    again = loads(canonical, "file")
    assert dumps(again) == canonical
    for level in ("names", "strict"):
        canonical = dumps(redact(snapshot, level))
        assert dumps(loads(canonical, "file")) == canonical


def test_the_samples_themselves_are_right(tmp_path):
    assert loads(json.dumps(STATE), "file").iam.users["al"].user_name == "al"
    (tmp_path / "details.json").write_text(json.dumps(DETAILS))
    assert from_exports([str(tmp_path / "details.json")], None, managed=lambda arn: None).account == "111122223333"


@bounded
@given(st.binary(max_size=200))
def test_any_bytes(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "bytes"
    file.write_bytes(content)
    for reading in (read, lambda path: from_exports([path], path, managed=lambda arn: None)):
        with suppress(InputError):
            reading(str(file))


@bounded
@given(mutants(STATE))
def test_a_snapshot_with_one_value_changed(state):
    check_loads(json.dumps(state))


@bounded
@given(st.data())
def test_a_snapshot_with_text_cut_out_or_put_in(data):
    content = json.dumps(STATE)
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 40)))
    new = data.draw(st.text(max_size=5) | st.sampled_from(['"', "{", "}", "NaN"]))
    check_loads(content[:start] + new + content[end:])


@bounded
@given(mutants(DETAILS))
def test_exported_details_with_one_value_changed(tmp_path_factory, details):
    file = tmp_path_factory.getbasetemp() / "details.json"
    file.write_text(json.dumps(details))
    try:
        snapshot = from_exports([str(file)], None, managed=lambda arn: None)
    except InputError as error:
        assert str(error).isprintable()
        return
    assert dumps(loads(dumps(snapshot), "file")) == dumps(snapshot)


@bounded
@given(st.text(alphabet="abc,;\"'\n\r\0=+-@\ufeff\ud800é", max_size=60))
def test_any_text_as_a_credential_report(content):
    header = ",".join(CredentialReportRow.model_fields)
    for report in (content, f"{header}\n{content}", content.encode(errors="surrogatepass")):
        try:
            credential_report.parse(report, NOON)
        except InputError as error:
            assert str(error).isprintable()
