"""Typed options of rules: a class with annotated defaults, filled from configuration with exact checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, get_type_hints

from auditor.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

_KINDS: dict[Any, str] = {
    int: "a whole number of 0 or more",
    bool: "true or false",
    str: "text",
    tuple[str, ...]: "a list of texts",
}


class Options:
    """Base class of a rule's options.

    A subclass lists them as annotated class attributes with defaults, of type int, bool, str or tuple[str, ...]:

        class KeyAge(Options):
            max_age_days: int = 90
    """

    @classmethod
    def fields(cls) -> dict[str, Any]:
        """Name -> type of every option."""
        return {name: kind for name, kind in get_type_hints(cls).items() if not name.startswith("_")}

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """Name -> default of every option."""
        return {name: getattr(cls, name) for name in cls.fields()}

    @classmethod
    def from_mapping(cls, given: Mapping[str, Any], rule: str) -> Self:
        """The options with the given values in place of defaults. Raises ConfigError."""
        fields, options = cls.fields(), cls()
        for name, value in given.items():
            if name not in fields:
                known = ", ".join(sorted(fields)) or "none"
                raise ConfigError(f'rule {rule} has no option "{name}"', help=(f"its options: {known}",))
            setattr(options, name, _checked(value, fields[name], f"option {name} of rule {rule}"))
        return options


def _checked(value: Any, kind: Any, what: str) -> Any:
    right = {
        int: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
        bool: isinstance(value, bool),
        str: isinstance(value, str),
        tuple[str, ...]: isinstance(value, list | tuple) and all(isinstance(item, str) for item in value),
    }[kind]
    if not right:
        raise ConfigError(f"{what} must be {_KINDS[kind]}, not {value!r}")
    return tuple(value) if kind == tuple[str, ...] else value
