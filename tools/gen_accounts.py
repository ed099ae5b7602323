"""Write the bundled demo account and the example accounts in fixtures/accounts: looks at the fake endpoint.

python -m tools.gen_accounts
"""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch

from auditor.aws.session import connect
from auditor.collect.registry import default_sections
from auditor.collect.runner import collect
from auditor.snapshot.files import dumps
from tests.fake_aws import Account, FakeAWS, accounts

ROOT = Path(__file__).parent.parent
FILES = {
    ROOT / "auditor" / "data" / "demo_snapshot.json": accounts.neglected,
    ROOT / "fixtures" / "accounts" / "newborn.json": accounts.newborn,
    ROOT / "fixtures" / "accounts" / "well_kept.json": accounts.well_kept,
}


def snapshot_text(account: Account) -> str:
    """The account's snapshot, without what differs between two looks."""
    with FakeAWS(account) as fake, patch.dict(os.environ, fake.env):
        snapshot = collect(connect(), default_sections(), now=account.now)
    still = snapshot.collection.model_copy(update={"seconds": 0.0, "requests": 0})
    return dumps(snapshot.model_copy(update={"collection": still}))


def main() -> None:
    """Write every file."""
    for path, account in FILES.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(snapshot_text(account()), encoding="utf-8")


if __name__ == "__main__":
    main()
