"""Print the lower bound of every run-time dependency as a constraint, for a run of the tests with just those.

python tools/lowest.py
"""

from __future__ import annotations

import tomllib
from pathlib import Path


def main() -> None:
    """One `name==version` a line."""
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for requirement in project["dependencies"]:
        print(requirement.replace(">=", "=="))


if __name__ == "__main__":
    main()
