"""Running auditor: in this process where only the outcome matters, in one of its own where streams are the subject."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from auditor.snapshot.files import dumps
from auditor.testing import snapshot_of

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = (sys.executable, "-m", "auditor")

GOOD = {"AccountMFAEnabled": 1, "AccountPasswordPresent": 1, "AccountAccessKeysPresent": 0}
BAD = GOOD | {"AccountMFAEnabled": 0}
DENIED = {"operation": "iam:GetAccountSummary", "reason": "denied", "permission": "iam:GetAccountSummary"}


class Run(NamedTuple):
    code: int
    out: str
    err: str


def snapshot(path: Path, *, summary=GOOD, gaps=(), account="111122223333", **parts) -> str:
    """Write a snapshot in which root is all that there is to ask about; the path as text."""
    iam = {"account_summary": summary} if summary is not None else {}
    text = dumps(snapshot_of({"iam": iam | parts.pop("iam", {}), "gaps": gaps, **parts}))
    path.write_text(text.replace("111122223333", account), encoding="utf-8")
    return str(path)


def unseen(path: Path) -> str:
    """Write a snapshot in which nothing of root was seen; the path as text."""
    return snapshot(path, summary=None, gaps=[{"section": "iam.account_summary", **DENIED}])


def partly_seen(path: Path, summary=GOOD) -> str:
    """Write a snapshot in which root was seen, and the password policy was not; the path as text."""
    gap = DENIED | {"section": "iam.password_policy", "operation": "iam:GetAccountPasswordPolicy"}
    return snapshot(path, summary=summary, gaps=[gap])


def environ(**more: str) -> dict[str, str]:
    """The environment without anything that changes how auditor behaves."""
    loud = ("AUDITOR_", "AWS_", "CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(loud)}
    return kept | {"TERM": "xterm"} | more


def auditor(*words: str, cwd: Path, env=None, stdin: str = "") -> Run:
    """Run auditor in a process of its own."""
    done = subprocess.run(
        [*PROGRAM, *words], cwd=cwd, env=environ(**(env or {})), input=stdin, capture_output=True, text=True, timeout=60
    )
    return Run(done.returncode, done.stdout, done.stderr)


def on_terminal(*words: str, cwd: Path, env=None, terminal: str = "stdout") -> Run:
    """Run auditor with one of its streams on a terminal of 80 columns."""
    import fcntl
    import struct
    import termios

    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, terminal: theirs}
    with subprocess.Popen([*PROGRAM, *words], cwd=cwd, env=environ(**(env or {})), **streams) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            shown += piece
        out, err = process.communicate(timeout=60)
    os.close(ours)
    text = {"stdout": out, "stderr": err, terminal: shown}
    return Run(process.returncode, *(text[name].decode().replace("\r\n", "\n") for name in ("stdout", "stderr")))
