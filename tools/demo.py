"""Scan a neglected account: the real program against an embedded AWS endpoint, over HTTP.

python -m tools.demo
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.fake_aws import FakeAWS, accounts

OUT = Path("out")
REPORTS = {"json": OUT / "auditor.json", "sarif": OUT / "auditor.sarif"}


def main() -> int:
    """Run one scan, and say where its reports are. Findings are the point of a demo, so they do not fail it."""
    OUT.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "auditor", "scan", "--no-config", "--save-snapshot", str(OUT / "snapshot.json")]
    command += ["-f", "full", *(part for name, path in REPORTS.items() for part in ("-f", f"{name}={path}"))]
    with FakeAWS(accounts.neglected()) as aws:
        print(f"$ AWS_ENDPOINT_URL={aws.url} auditor {' '.join(command[3:])}\n", flush=True)
        code = subprocess.run(command, env={**os.environ, **aws.env}, check=False).returncode
    print(f"\nexit code {code}: a gate would fail here" if code == 1 else f"\nexit code {code}")
    print(f"written: {', '.join(map(str, [OUT / 'snapshot.json', *REPORTS.values()]))}")
    return 0 if code == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
