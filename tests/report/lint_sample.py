"""A report of lint to render: two files, and what two made-up checks find in them."""

from __future__ import annotations

from functools import cache

from auditor.evaluate import policy_documents
from auditor.evaluate.policy_documents import Document, File, linted
from auditor.policy.document import Policy
from auditor.policy.linting.issue import Check, Issue

STAR = Check(
    "sample-action-star", "SAMPLE_STAR", "high", "An action is a star", "A star grants all. Nobody needs all.",
    "Name the actions, as in `s3:GetObject`.", "https://docs.aws.amazon.com/IAM/latest/UserGuide/sample.html",
)  # fmt: skip
SID = Check(
    "sample-sid-missing", "", "info", "A statement has no Sid", "Nobody can speak of it.", "Give it a Sid.",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/sample-sid.html",
)  # fmt: skip

DEPLOY = """\
{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Deploy", "Effect": "Allow", "Action": "*", "Resource": "*"},
    {
      "Effect": "Allow",
      "Action": "s3:*",
      "Resource": "*"
    }
  ]
}
"""
CLEAN = '{"Statement": []}'


def rules():
    return tuple(map(policy_documents._rule, (STAR, SID)))


def issue(policy, check, path, message):
    return Issue(check, path, policy.source.span(path), message, "")


def judged(text=DEPLOY, path="policies/deploy.json", name=""):
    """The report of one file with the policy, and of one with nothing to tell."""
    policy = Policy.parse(text)
    issues = [
        issue(policy, STAR if step == "Action" else SID, ("Statement", index, *((step,) if step else ())), message)
        for index, step, message in (
            (0, "Action", "`*` is allowed\x1b[2J"),
            (1, "Action", "s3:* is allowed"),
            (1, "", "the statement at index 1 has no Sid"),
        )
    ]
    files = (
        File(path, text, (Document(name, policy, tuple(issues)),)),
        File("policies/clean.json", CLEAN, (Document("", Policy.parse(CLEAN), ()),)),
    )
    return linted(files, rules(), {})._replace(tool_version="1.2.3")


@cache
def sample():
    return judged()
