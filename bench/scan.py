"""One scan of IAM against a bare boto3 script that makes the same calls, at 40 ms latency; its requests and memory.

By the rules about what an account's identities are (root, users, password policy, MFA, groups), and by all rules, which
ask besides what each policy and each principal can do. Services that are asked region by region are left out on both
sides. Both run from bytecode, as installed programs do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench import from_bytecode

SERVICES = "iam,sts,organizations"
SIZES = ((1000, 500, 500), (5000, 2500, 1500))
RULES = {"identity": ["--select", "root-*,user-*,password-*,mfa-*,group-*"], "all": []}
LATENCY_MS = 40
RUNS = 3


class Run(NamedTuple):
    """One finished command: seconds on the clock, and peak memory in MiB."""

    seconds: float
    mib: float


def main() -> None:
    """Print a row for each size: medians of interleaved runs."""
    headings = f"{'scan s':>7} {'bare s':>7} {'ratio':>6} {'requests':>9} {'peak MiB':>9}"
    print(f"{'users':>6} {'roles':>6} {'rules':>8} {headings}")
    for users, roles, policies in SIZES:
        measure(users, roles, policies)


def measure(users: int, roles: int, policies: int) -> None:
    """The rows of one size."""
    size = ["--users", str(users), "--roles", str(roles), "--policies", str(policies)]
    serve = [sys.executable, "-m", "tests.fake_aws", *size, "--latency", str(LATENCY_MS)]
    with tempfile.TemporaryDirectory() as folder, subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as server:
        try:
            environment = {**os.environ, **from_bytecode(folder), **_environment(server)}
            report = Path(folder) / "report.json"
            for name, chosen in RULES.items():
                scan = [sys.executable, "-m", "auditor", "scan", "--no-config", "-q", "--service", SERVICES]
                print(f"{users:>6} {roles:>6} {name:>8} {row([*scan, *chosen], report, environment)}", flush=True)
        finally:
            server.terminate()


def row(scan: list[str], report: Path, environment: dict[str, str]) -> str:
    """The figures of one scan, that and the script run in turn."""
    commands = [*scan, "-f", f"json={report}"], [sys.executable, "-m", "bench.bare"]
    pairs = [[run(command, environment) for command in commands] for _ in range(RUNS + 1)][1:]
    requests = json.loads(report.read_text(encoding="utf-8"))["summary"]["requests"]
    mine, theirs = median(pair[0].seconds for pair in pairs), median(pair[1].seconds for pair in pairs)
    ratio = median(pair[0].seconds / pair[1].seconds for pair in pairs)
    peak = max(pair[0].mib for pair in pairs)
    return f"{mine:>7.2f} {theirs:>7.2f} {ratio:>6.2f} {requests:>9} {peak:>9.0f}"


def _environment(server: subprocess.Popen[str]) -> dict[str, str]:
    assert server.stdout is not None
    server.stdout.readline()  # the address, which the lines after it repeat
    found = {}
    while len(found) < 8 and (line := server.stdout.readline().strip()):
        name, _, value = line.removeprefix("export ").partition("=")
        found[name] = value
        if name == "AWS_SHARED_CREDENTIALS_FILE":
            break
    return found


def run(command: list[str], environment: dict[str, str]) -> Run:
    """Run a command to its end. Raises RuntimeError where it fails in another way than by findings."""
    start = time.perf_counter()
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}")
    return Run(seconds, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
