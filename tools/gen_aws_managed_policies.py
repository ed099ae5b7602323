"""Write `auditor/data/aws_managed_policies.gz` from the AWS managed policies that moto ships.

    python -m tools.gen_aws_managed_policies

The first line names the source and its version. Each further line is one policy, sorted by ARN, in three
columns divided by tabs: ARN, version, and the document as JSON without spaces. JSON escapes line ends
and tabs, so neither is ever part of a document.
"""

from __future__ import annotations

import gzip
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "auditor" / "data" / "aws_managed_policies.gz"

PATHS = {"/", "/aws-service-role/", "/job-function/", "/root-task/", "/service-role/"}
"""Every path that AWS uses. One more would be news, so it stops the generator rather than slip in."""


def installed() -> dict[str, Any]:
    """The installed moto's policies: name -> what IAM tells of it, with its Document decoded."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    policies: dict[str, Any] = json.loads(aws_managed_policies_data)
    return policies


def table(policies: dict[str, Any], moto_version: str) -> str:
    """The table's text.

    Raises:
        ValueError: a policy has a path that was never seen before.
    """
    lines = []
    for name, policy in policies.items():
        if policy["Path"] not in PATHS:
            raise ValueError(f"policy {name} has the unknown path {policy['Path']}")
        arn = f"arn:aws:iam::aws:policy{policy['Path']}{name}"
        document = json.dumps(policy["Document"], separators=(",", ":"))
        lines.append(f"{arn}\t{policy['DefaultVersionId']}\t{document}\n")
    return f"# AWS managed policies of partition aws, from moto {moto_version}\n" + "".join(sorted(lines))


def packed(text: str) -> bytes:
    """The text compressed; the same bytes for the same text, as no time is written into it."""
    return gzip.compress(text.encode("ascii"), compresslevel=9, mtime=0)


def main() -> None:
    """Write the file."""
    TARGET.write_bytes(packed(table(installed(), version("moto"))))


if __name__ == "__main__":
    main()
