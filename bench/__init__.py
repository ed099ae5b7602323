"""Benchmarks: one command each, figures as ratios within one run."""

from __future__ import annotations

from pathlib import Path


def from_bytecode(folder: str) -> dict[str, str]:
    """Variables that have Python write bytecode, and where: all runs but the first then have it, as once installed."""
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(Path(folder) / "bytecode")}
