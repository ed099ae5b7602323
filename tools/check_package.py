"""Build the wheel, install it into an environment of its own, and use it outside the checkout.

python -m tools.check_package
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
COMMANDS = (
    ["--version"],
    ["rules", "--format", "json"],
    ["explain", "root-mfa-missing"],
    ["schema", "report"],
    ["permissions"],
    ["demo"],
)


def run(*command: str | Path, cwd: Path) -> str:
    """The command's output; raises CalledProcessError, with what it said printed, where it fails."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
        done.check_returncode()
    return done.stdout


def main() -> int:
    """Build, install, run. Exit code 0 when every command did what it should."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        run(sys.executable, "-m", "build", "--outdir", home / "dist", ROOT, cwd=home)
        (wheel,) = (home / "dist").glob("*.whl")
        run(sys.executable, "-m", "venv", home / "venv", cwd=home)
        run(home / "venv/bin/python", "-m", "pip", "install", "--quiet", wheel, cwd=home)
        for arguments in COMMANDS:
            said = run(home / "venv/bin/auditor", *arguments, cwd=home)
            print(f"auditor {' '.join(arguments)}: {len(said.splitlines())} lines")
    print(f"{wheel.name} works outside the checkout")
    return 0


if __name__ == "__main__":
    sys.exit(main())
