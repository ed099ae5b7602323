"""Write auditor/access/least_privilege/event_tables.py from the service models of the installed botocore.

python -m tools.gen_event_actions
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from auditor.access.least_privilege.events import fold
from auditor.access.least_privilege.exceptions import SOURCES
from auditor.policy.service_data import actions_of, is_service, services

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TARGET = Path(__file__).parent.parent / "auditor" / "access" / "least_privilege" / "event_tables.py"

BY_METHOD = ("apigateway", "apigatewayv2")
"""Services whose IAM actions are the methods of HTTP."""

MODULE = '''"""What follows from botocore's models of AWS's services. Written by tools/gen_event_actions.py."""

from __future__ import annotations

from typing import Final

BOTOCORE: Final = "{version}"
"""The version of botocore."""

PREFIXES: Final = """
{prefixes}
"""
"""What stands for a service in the sources of events (`monitoring.amazonaws.com`), letters and digits alone, and the
prefix of its IAM actions. Those are left out that are the same."""

METHODS: Final = {{
{methods}
}}
"""Methods of HTTP, which are the actions of API Gateway -> its operations, in lower case."""
'''


def models() -> Iterator[tuple[str, dict[str, Any]]]:
    """The name in botocore and the newest model of every service, sorted."""
    import botocore

    for folder in sorted((Path(botocore.__file__).parent / "data").iterdir()):
        files = sorted(folder.glob("*/service-2.json.gz"))
        if files:
            yield folder.name, json.loads(gzip.decompress(files[-1].read_bytes()))


def text() -> str:
    """The module."""
    import botocore

    prefixes: dict[str, str] = {}
    weak: dict[str, str] = {}
    methods: dict[str, set[str]] = {}
    for service, model in models():
        meta = model["metadata"]
        endpoint = meta["endpointPrefix"]
        labels = [name.lower() for name in (meta.get("signingName", endpoint), endpoint, service)]
        if home := _home([*labels, last := endpoint.rpartition(".")[2]], model["operations"]):
            prefixes |= {fold(label): home for label in labels}
            weak[fold(last)] = home
        if service in BY_METHOD:
            for name, operation in model["operations"].items():
                methods.setdefault(operation["http"]["method"], set()).add(name.lower())
    own = {fold(prefix) for prefix in services()}
    listed = {label: home for label, home in (weak | prefixes).items() if label not in own | SOURCES.keys()}
    return MODULE.format(
        version=botocore.__version__,
        prefixes=_filled(f"{label}={home}" for label, home in sorted(listed.items())),
        methods="\n".join(f'    "{name}": """\n{_filled(sorted(methods[name]))}\n""",' for name in sorted(methods)),
    )


def _home(labels: list[str], operations: dict[str, Any]) -> str:
    """The IAM prefix among the labels that has the most actions by the names of the operations."""
    wanted = {name.lower() for name in operations}
    candidates = [label for label in labels if is_service(label)]
    return max(candidates, key=lambda label: len(wanted & {name.lower() for name in actions_of(label)}), default="")


def _filled(words: Iterable[str]) -> str:
    return fill(" ".join(words), 118, break_on_hyphens=False, break_long_words=False)


def main() -> None:
    """Write the module."""
    TARGET.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
