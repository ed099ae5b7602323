"""Documents of AWS managed policies, kept with the program so that a scan need not fetch them.

IAM is slow to give these documents, and they are the same in every account: ARN and version name one
text. The table holds one version of each policy; where a policy is now at another one, the table has
nothing to say and the document must be fetched.

The table is for the partition `aws`; other partitions have policies of the same names with other
documents. It is written by `tools/gen_aws_managed_policies.py`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent.parent / "data" / "aws_managed_policies.gz"


def document(arn: str, version: str) -> str | None:
    """The policy as JSON text, or None where the table does not have this ARN in exactly this version.

    The text means what AWS's own means, but has no spaces and may order keys differently.

    Args:
        arn: such as `arn:aws:iam::aws:policy/job-function/Billing`.
        version: such as `v1`.
    """
    known = _table().get(arn)
    return known[1] if known is not None and known[0] == version else None


def default_version(arn: str) -> str | None:
    """The version that the table has of a policy (its default when the table was made), or None."""
    known = _table().get(arn)
    return None if known is None else known[0]


@cache
def _table() -> dict[str, tuple[str, str]]:
    """ARN -> (version, document). Documents stay text: of the many, a scan needs few decoded."""
    from zlib import decompress

    # 31 means the gzip format: one call does all that the gzip module would be imported for.
    content = decompress(_TABLE.read_bytes(), wbits=31).decode("ascii")
    table = {}
    for line in content.splitlines()[1:]:
        arn, version, text = line.split("\t", 2)
        table[arn] = (version, text)
    return table
