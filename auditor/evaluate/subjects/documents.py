"""Policy documents in files: what `auditor lint` asks its rules of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from auditor.evaluate.subjects.base import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.evaluate.subjects.account import Account


class PolicyDocument(Subject):
    """A policy document that stands in a file of its own, in a template or in a plan."""

    type = "policy"
    noun = "policy document"
    sections = ()

    @classmethod
    def all(cls, account: Account) -> Iterable[Self]:
        """None: a snapshot has policies, but no files."""
        return ()
