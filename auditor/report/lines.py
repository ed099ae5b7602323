"""Lines of evidence: where in the text of a snapshot the places stand that findings name."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from auditor.snapshot.positions import excerpt, locate

if TYPE_CHECKING:
    from auditor.findings.model import Place
    from auditor.findings.report import AccountReport
    from auditor.snapshot.positions import Region

MAX_SNIPPET = 1000
"""Longest piece of a snapshot, in characters, that is repeated in a report."""


class Located:
    """Where evidence stands in the text of one account's snapshot; looked up once for all of its findings."""

    def __init__(self, account: AccountReport) -> None:
        self.account = account
        self.regions = locate(account.text, _pointers(account)) if account.text else {}

    def region(self, place: Place) -> Region | None:
        """Where a value stands; where AWS left it out, the object that would hold it."""
        if not self.regions:
            return None
        return self.regions.get(place.pointer) or self.regions.get(_parent(place.pointer))

    def snippet(self, region: Region) -> str:
        """The text of a region; empty where it is too long to be repeated."""
        if region.end_line - region.line > MAX_SNIPPET:
            return ""
        text = excerpt(self._lines, region)
        return text if len(text) <= MAX_SNIPPET else ""

    @cached_property
    def _lines(self) -> list[str]:
        return self.account.text.split("\n")


def _pointers(account: AccountReport) -> set[str]:
    """Those of all evidence, and of the objects that it stands in."""
    found = {place.pointer for finding in account.findings for place in finding.evidence}
    found |= {stage.place.pointer for finding in account.findings for stage in finding.flow}
    return found | {_parent(pointer) for pointer in found}


def _parent(pointer: str) -> str:
    return pointer.rpartition("/")[0]
