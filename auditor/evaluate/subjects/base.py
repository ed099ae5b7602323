"""The base of all subjects: reading a snapshot so that nothing unseen is taken for an answer."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, Self, TypeVar, overload

from auditor.errors import NotCollected
from auditor.findings.model import Blind, Finding, Place, Resource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from pydantic import BaseModel

    from auditor.evaluate.subjects.account import Account
    from auditor.snapshot.snapshot import Snapshot

T = TypeVar("T")


class Declared(NamedTuple):
    """Facts that only people know, from the configuration. All but `account` are names or ARN globs."""

    account: str = ""
    administrators: tuple[str, ...] = ()
    break_glass: tuple[str, ...] = ()
    service_users: tuple[str, ...] = ()
    trusted_accounts: tuple[str, ...] = ()
    email_domains: tuple[str, ...] = ()
    delegated_administrators: tuple[str, ...] = ()
    trusted_services: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    sagemaker_administrators: tuple[str, ...] = ()
    trusted_token_issuers: tuple[str, ...] = ()
    practice: str = "identity-center"


class Source(NamedTuple):
    """A model of the snapshot, the pointer to it, and when AWS computed it (None: at the time of the scan)."""

    pointer: str
    model: Any
    as_of: datetime | None = None


class Field(Generic[T]):
    """A value of a subject that stands as it is in the snapshot, so that findings can point at it.

    `source` names one of the subject's sources; `name` is the model's attribute where it differs from ours, and may
    hold `{...}` parts that are filled from the subject's attributes.
    """

    def __init__(self, source: str, name: str = "") -> None:
        self.source = source
        self.name = name
        self.attribute = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.attribute = name
        self.name = self.name or name

    @overload
    def __get__(self, subject: None, owner: type) -> Self: ...
    @overload
    def __get__(self, subject: Subject, owner: type) -> T: ...
    def __get__(self, subject: Subject | None, owner: type) -> Self | T:
        if subject is None:
            return self
        value: T = self.place(subject).value  # type: ignore[assignment]
        vars(subject)[self.attribute] = value  # what the next look finds first
        return value

    def place(self, subject: Subject) -> Place:
        """Where the value stands. Raises NotCollected."""
        source = subject.source(self.source)
        name = self.name.format_map(vars(subject)) if "{" in self.name else self.name
        model = source.model
        if isinstance(model, dict):
            if name not in model:
                raise NotCollected(Blind(f"AWS did not return {name}"))
            return Place(f"{source.pointer}/{escape(name)}", model[name], source.as_of)
        kind: type[BaseModel] = type(model)
        return Place(f"{source.pointer}/{written_name(kind, name)}", getattr(model, name), source.as_of)


class Told(Field[T]):
    """A value that AWS always gives; exports of other tools may lack it."""

    def place(self, subject: Subject) -> Place:
        """Where the value stands. Raises NotCollected where there is none."""
        found = super().place(subject)
        if found.value is None:
            raise NotCollected(Blind(f"there is no {found.pointer.rpartition('/')[2]} of {subject.name}"))
        return found


class FirstOf(Field[T]):
    """A value that several sources give, the best first: the first one that was seen answers."""

    def __init__(self, *fields: Field[T]) -> None:
        super().__init__("")
        self.fields = fields

    def place(self, subject: Subject) -> Place:
        """Where the answering value stands. Raises NotCollected where no source was seen."""
        blind: list[Blind] = []
        for field in self.fields:
            try:
                return field.place(subject)
            except NotCollected as signal:
                blind.extend(signal.blind)
        raise NotCollected(*blind)


class Subject:
    """One thing that rules are asked of.

    `sections` are the sections of the snapshot that list all subjects of the type. `noun` names it in sentences.
    """

    type: ClassVar[str]
    noun: ClassVar[str]
    sections: ClassVar[tuple[str, ...]]

    def __init__(self, account: Account, arn: str, name: str) -> None:
        self.account = account
        self.arn = arn
        self.name = name

    @classmethod
    def all(cls, account: Account) -> Iterable[Self]:
        """Every subject of the type that the snapshot shows, in a stable order."""
        raise NotImplementedError

    @classmethod
    def unlisted(cls, account: Account) -> Iterable[Blind]:
        """What may hide subjects of the type: every rule over it stays open for those that may be missing."""
        for section in cls.sections:
            yield from account.snapshot.blind(section)

    @property
    def region(self) -> str:
        """The region that the subject is in, "global" for what is in none."""
        return "global"

    @cached_property
    def resource(self) -> Resource:
        """What findings about this subject are about."""
        return Resource(self.arn, self.type, self.name, self.account.id, self.region)

    def is_declared(self, patterns: Iterable[str]) -> bool:
        """Whether the configuration names it, by its name or by a glob over its name or ARN."""
        return any(fnmatchcase(self.name, glob) or fnmatchcase(self.arn, glob) for glob in patterns)

    def source(self, name: str) -> Source:
        """The named source. Raises NotCollected where it was not seen."""
        raise NotImplementedError

    def place(self, at: str | Place) -> Place:
        """The place of a field by its name; a place stays as it is."""
        if isinstance(at, Place):
            return at
        field = getattr(type(self), at)
        assert isinstance(field, Field), f"{at} is not a field of {type(self).__name__}"
        return field.place(self)

    def finding(
        self, message: str, *, at: str | Place | Iterable[str | Place] = (), discriminator: str = ""
    ) -> Finding:
        """A finding about this subject; `at` names the fields, or gives the places, that prove it."""
        spots = (at,) if isinstance(at, str | Place) else at
        return Finding(self.resource, message, tuple(self.place(spot) for spot in spots), discriminator)


@lru_cache(maxsize=4_096)
def written_name(model: type[BaseModel], field: str) -> str:
    """What a field is called in a snapshot, as a token of a JSON pointer."""
    return escape(model.model_fields[field].alias or field)


def escape(token: str) -> str:
    """One token of a JSON pointer (RFC 6901)."""
    return token.replace("~", "~0").replace("/", "~1")


def by_key(snapshot: Snapshot, section: str) -> Iterator[tuple[str, Source]]:
    """Every entry of a map section that was seen, with the pointer to it, in the order of the keys."""
    entries = snapshot.seen(section)
    base = "/" + section.replace(".", "/")
    for key in sorted(entries):
        yield key, Source(f"{base}/{escape(key)}", entries[key])


def sift(items: Iterable[T], test: Callable[[T], bool]) -> tuple[tuple[T, ...], tuple[Blind, ...]]:
    """The items for which the test surely holds, and what kept it from being answered for others.

    An iteration that ends in NotCollected has hidden items; what hid them is told with the rest.
    """
    found: list[T] = []
    blind: list[Blind] = []
    try:
        for item in items:
            try:
                if test(item):
                    found.append(item)
            except NotCollected as signal:
                blind.extend(signal.blind)
    except NotCollected as signal:
        blind.extend(signal.blind)
    return tuple(found), tuple(blind)


def certain(items: Iterable[T], test: Callable[[T], bool], unlisted: Iterable[Blind] = ()) -> tuple[T, ...]:
    """The items for which the test surely holds; `unlisted` is what may hide further items.

    Raises NotCollected where the test holds for none and may hold for something that was not seen: "there is none"
    takes full sight, "there is one" does not.
    """
    found, blind = sift(items, test)
    if not found and (blind := (*unlisted, *blind)):
        raise NotCollected(*blind)
    return found
