"""Policy documents inside other files: CloudFormation templates, in JSON and YAML, and Terraform plans in JSON.

    >>> from auditor.policy.embedded import embedded
    >>> [found.name for found in embedded('''
    ... Resources:
    ...   Reader:
    ...     Type: AWS::IAM::ManagedPolicy
    ...     Properties:
    ...       PolicyDocument:
    ...         Version: "2012-10-17"
    ...         Statement: {Effect: Allow, Action: "s3:GetObject", Resource: !Sub "arn:aws:s3:::${Bucket}/*"}
    ... ''')]
    ['Reader']

What a template fills in later is opaque: nothing is said about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.policy.embedded.documents import Embedded, EmbeddedError, Tree
from auditor.policy.source import Source, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Embedded", "EmbeddedError", "embedded", "holds_policies"]

LONGEST = 10_000_000
"""Longest file that is read, in characters. AWS takes templates of 1 MB; plans are longer."""


def embedded(text: str) -> tuple[Embedded, ...]:
    """The policies in a template or plan, in the order of the file; none in a file that is neither.

    Raises:
        EmbeddedError: the file is too long, or is a template or plan that cannot be read.
    """
    if len(text) > LONGEST:
        raise EmbeddedError(f"longer than {LONGEST:,} characters", 1, 1)
    return tuple(sorted(_found(_tree(text)), key=lambda found: found.start))


def holds_policies(value: Any) -> bool:
    """Whether decoded JSON or YAML has the look of a template or plan."""
    return isinstance(value, dict) and (_is_template(value) or _is_plan(value))


def _tree(text: str) -> Tree:
    if text.lstrip()[:1] in ("{", "["):
        try:
            source = Source(text)
        except SourceError as error:
            if text.lstrip().startswith("["):
                raise EmbeddedError(str(error), error.line, error.column) from error
        else:
            return Tree(source.value, text, source.span, source.key_span)
    from auditor.policy.embedded.yaml_tree import read

    return read(text)


def _found(tree: Tree) -> Iterator[Embedded]:
    if not isinstance(tree.value, dict):
        return
    if _is_template(tree.value):
        from auditor.policy.embedded.cloudformation import policies
    elif _is_plan(tree.value):
        from auditor.policy.embedded.terraform import policies
    else:
        return
    yield from policies(tree)


def _is_template(value: dict[str, Any]) -> bool:
    resources = value.get("Resources")
    return isinstance(resources, dict) and any(isinstance(item, dict) and "Type" in item for item in resources.values())


def _is_plan(value: dict[str, Any]) -> bool:
    return "format_version" in value and ("planned_values" in value or "resource_changes" in value)
