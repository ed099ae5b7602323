"""auditor: a security posture auditor for AWS accounts.

The package is a command line first; the names below are the library's front door. They are imported on first
use, because `auditor --version` must not pay for what it does not need.
"""

__version__ = "0.1.0"

_PUBLIC = {
    "Finding": "auditor.findings.model",
    "Report": "auditor.findings.report",
    "Snapshot": "auditor.snapshot.snapshot",
    "evaluate": "auditor.evaluate.engine",
    "load_snapshot": "auditor.snapshot.files",
}
__all__ = ["Finding", "Report", "Snapshot", "__version__", "evaluate", "load_snapshot"]


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PUBLIC[name]), name)
