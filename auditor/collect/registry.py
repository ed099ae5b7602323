"""All collectors, what each needs, and the permissions that follow."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from auditor.collect.collector import Collector
from auditor.snapshot.opt_in import OPT_IN

if TYPE_CHECKING:
    from collections.abc import Iterable

ALWAYS = ("sts.caller_identity",)
"""Sections that every look takes: a report must say whose account it is about."""

NEED_NO_PERMISSION = frozenset({"sts:GetCallerIdentity"})


@cache
def collectors() -> dict[str, Collector]:
    """Every collector, by the section that it fills."""
    from auditor.collect import credentials, identity, principals

    return {
        value.produces: value
        for module in (identity, principals, credentials)
        for value in vars(module).values()
        if isinstance(value, Collector)
    }


def default_sections() -> tuple[str, ...]:
    """Every section except those that cost a call for each user, sorted."""
    return tuple(sorted(section for section in collectors() if section not in OPT_IN))


def closure(sections: Iterable[str]) -> tuple[str, ...]:
    """The sections, those that every look takes, and those that they start from; sorted."""
    known = collectors()
    found: set[str] = set()
    waiting = [*sections, *ALWAYS]
    while waiting:
        section = waiting.pop()
        if section not in found:
            found.add(section)
            waiting.extend(known[section].after)
    return tuple(sorted(found))


def permissions(sections: Iterable[str]) -> tuple[str, ...]:
    """The IAM actions that collecting the sections needs, sorted."""
    known = collectors()
    calls = {call for section in closure(sections) for call in known[section].calls}
    return tuple(sorted(calls - NEED_NO_PERMISSION))
