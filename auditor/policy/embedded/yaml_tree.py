"""YAML with the place of every element, as templates use it: the short forms of intrinsic functions become long ones.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from auditor.policy.embedded.documents import EmbeddedError, Tree
from auditor.policy.source import MAX_DEPTH, Span

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node

    from auditor.policy.source import Path

LONGEST: Final = 1_000_000
"""Longest text that is read, in characters; AWS takes no longer templates."""
MOST: Final = 500_000
"""How many elements are read at most, those that aliases repeat counted each time."""

_BOOLEANS: Final = {"true": True, "false": False}


def read(text: str) -> Tree:
    """The tree of a YAML text with one document.

    Raises:
        EmbeddedError: it is not YAML, is too long, nests too deeply or has too many elements.
    """
    if len(text) > LONGEST:
        raise EmbeddedError(f"YAML of more than {LONGEST:,} characters", 1, 1)
    from yaml import SafeLoader, YAMLError, compose
    from yaml.error import MarkedYAMLError

    try:
        root = compose(text, Loader=SafeLoader)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise EmbeddedError(error.problem or "not YAML", line, column) from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise EmbeddedError("not YAML, or nested too deeply", 1, 1) from error
    reader = _Reader()
    value = None if root is None else reader.value(root, ())
    return Tree(value, text, reader.span, reader.key_span)


class _Reader:
    """Turns nodes into values and remembers where each came from."""

    def __init__(self) -> None:
        self._nodes: dict[Path, Node] = {}
        self._keys: dict[Path, Node] = {}
        self._count = 0

    def span(self, path: Path) -> Span:
        """Where the element at a path stands, or the nearest above it."""
        return _span(next(self._nodes[path[:end]] for end in range(len(path), -1, -1) if path[:end] in self._nodes))

    def key_span(self, path: Path) -> Span:
        """Where the key at a path stands; for what has none, the element."""
        return _span(self._keys[path]) if path in self._keys else self.span(path)

    def value(self, node: Node, path: Path) -> Any:
        """The value of a node. Numbers and dates stay as they are written."""
        from yaml.nodes import MappingNode, SequenceNode

        self._count += 1
        if self._count > MOST or len(path) > MAX_DEPTH:
            raise EmbeddedError("too many elements, or nested too deeply", *_place(node))
        self._nodes[path] = node
        if not node.tag.startswith("tag:"):
            return self._intrinsic(node, path)
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, position)) for position, item in enumerate(node.value)]
        if node.tag.endswith(":null"):
            return None
        text = str(node.value)
        return _BOOLEANS.get(text.lower(), text) if node.tag.endswith(":bool") else text

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key, item in node.value:
            name = str(key.value)
            if key.tag.endswith(":merge"):
                found = self.value(item, path)
                merged |= found if isinstance(found, dict) else {}
                continue
            self._keys[(*path, name)] = key
            own[name] = self.value(item, (*path, name))
        self._nodes[path] = node
        return merged | own

    def _intrinsic(self, node: Node, path: Path) -> dict[str, Any]:
        """`!Sub x` is `{"Fn::Sub": x}`, and `!Ref x` is `{"Ref": x}`."""
        from yaml.nodes import ScalarNode

        name = node.tag.lstrip("!")
        name = name if name in ("Ref", "Condition") else f"Fn::{name}"
        if isinstance(node, ScalarNode):
            self._nodes[(*path, name)] = node
            return {name: str(node.value)}
        plain = type(node)("tag:yaml.org,2002:plain", node.value, node.start_mark, node.end_mark)
        return {name: self.value(plain, (*path, name))}


def _span(node: Node) -> Span:
    start, end = node.start_mark, node.end_mark
    return Span(start.index, end.index, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _place(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
