"""How much CPU time commands take before they do their work, as ratios to `python -c pass`.

    python -m bench.startup [ROUNDS]

Ratios within one run are what to trust: the machine's speed and load cancel out. Rounds are interleaved, so that what
disturbs one command disturbs all, and the median over the rounds is taken.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from bench import from_bytecode

ROOT = Path(__file__).parent.parent
AUDITOR = (sys.executable, "-m", "auditor")
ROUNDS = 11

TARGETS = {"--version": 1.5, "explain": 6.0, "lint": 6.0, "check": 18.0, "scan, first call": 30.0}
"""Highest ratio that is acceptable, by what is measured."""

FIRST_CALL = """
import auditor.aws.session
from auditor.cli.main import main

def called(**options):
    account = connect(**options)
    account._client("sts")
    raise SystemExit(0)

connect = auditor.aws.session.connect
auditor.aws.session.connect = called
main(["scan", "--no-config"])
"""
"""Everything that a scan does before its first request could leave."""

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "none", "AWS_REGION": "us-east-1"}


POLICY = """
{"Version": "2012-10-17",
 "Statement": {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::docs/*"}}
"""
"""One in which lint finds nothing."""


def snapshot() -> str:
    """A small account, all of it seen."""
    return json.dumps(
        {
            "schema": "auditor/snapshot/v1",
            "account": "111122223333",
            "iam": {"account_summary": {"AccountMFAEnabled": 1, "AccountPasswordPresent": 1, "Users": 0}, "users": {}},
            "collection": {"taken_at": "2026-11-20T12:00:00Z", "tool_version": "0"},
        }
    )


def cpu(command: tuple[str, ...], folder: str) -> float:
    """Seconds of CPU time, of user and system, that a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("AUDITOR_", "AWS_"))}
    environ |= CREDENTIALS | from_bytecode(folder)
    subprocess.run(command, cwd=folder, env=environ, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ratios(rounds: int) -> dict[str, float]:
    """What is measured -> the median of its CPU time over that of `python -c pass`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "snapshot.json")
        file.write_text(snapshot(), encoding="utf-8")
        policy = Path(folder, "policy.json")
        policy.write_text(POLICY, encoding="utf-8")
        commands = {
            "pass": (sys.executable, "-c", "pass"),
            "--version": (*AUDITOR, "--version"),
            "explain": (*AUDITOR, "explain", "root-mfa-missing"),
            "lint": (*AUDITOR, "lint", str(policy)),
            "check": (*AUDITOR, "check", str(file)),
            "scan, first call": (sys.executable, "-c", FIRST_CALL),
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(rounds + 1):
            for name, command in commands.items():
                taken = cpu(command, folder)
                if number:  # the first round fills caches
                    times[name].append(taken)
    return {name: median(taken) / median(times["pass"]) for name, taken in times.items() if name != "pass"}


def main() -> int:
    """Print the ratios beside their targets; 1 where one is missed."""
    missed = 0
    for name, ratio in ratios(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS).items():
        within = ratio <= TARGETS[name]
        missed += not within
        print(f"{name:18}{ratio:6.1f} x   target {TARGETS[name]:4.1f} x   {'ok' if within else 'MISSED'}")
    return int(missed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
