"""The base of all snapshot models, and the kinds of value they share."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel, to_pascal

MAX_TEXT = 20_000
"""Longest text of any field; policy documents have their own limit."""

MAX_DOCUMENT = 200_000
"""Longest policy document: AWS's own managed policies stay far below, and nothing customers write may be larger."""


def _utc(moment: datetime) -> datetime:
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("the time is beyond the years 1 to 9999") from error


Timestamp = Annotated[datetime, AfterValidator(_utc)]
"""A moment in UTC, written as ISO 8601 with a Z. Naive input is taken as UTC, as AWS means it."""

Text = Annotated[str, StringConstraints(max_length=MAX_TEXT)]
"""Text from outside: bounded, and never trusted."""


def document_text(document: Any) -> Any:
    """A decoded policy document as text again, without spaces; what is no object stays as it is."""
    if isinstance(document, dict):
        import json

        try:
            return json.dumps(document, separators=(",", ":"), ensure_ascii=False)
        except RecursionError as error:
            raise ValueError("the document is nested too deeply") from error
    return document


PolicyText = Annotated[str, StringConstraints(max_length=MAX_DOCUMENT), BeforeValidator(document_text)]
"""A policy document as text, undecoded. An object (the AWS CLI prints documents decoded) is put back into text."""


class Model(BaseModel):
    """A frozen value whose JSON names are AWS's own (PascalCase). What AWS adds to its answers later is left out."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=to_pascal,
        populate_by_name=True,
        defer_build=True,
        serialize_by_alias=True,
    )

    def model_post_init(self, _context: Any) -> None:
        """Share the set of the fields that were given: nothing changes it, and models of one kind are alike."""
        object.__setattr__(self, "__pydantic_fields_set__", _shared(frozenset(self.model_fields_set)))


@cache
def _shared(names: frozenset[str]) -> set[str]:
    return set(names)


class CamelModel(Model):
    """A model of a service whose answers have names in camelCase."""

    model_config = ConfigDict(alias_generator=to_camel)


OWN_NAMES = ConfigDict(alias_generator=None, extra="forbid")
"""For what auditor itself shapes: names as they stand here, and nothing that is not known."""
