"""`auditor access paths`: who can become whom, step by step or as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor.cli.access import actor_of
from auditor.cli.access_answers import Told, principal, request
from auditor.findings.visible import visible

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator

    from auditor.access.graph import Graph, Path
    from auditor.access.world import Access
    from auditor.cli.console import Console


def told_paths(args: Namespace, graph: Graph, _: Console) -> Told:
    """The shortest paths. Raises UsageError for principals that were not seen."""
    from auditor.access.graph import ADMIN, paths
    from auditor.access.queries import undecided_ways, unseen_ways

    source = actor_of(args.from_, graph.world).arn if args.from_ else ""
    end = actor_of(args.to, graph.world).arn if args.to and args.to != ADMIN else ADMIN
    found = paths(graph, source, end)
    json = {"question": "paths", "from": source or None, "to": end, "paths": list(map(_path_json, found))}
    if args.format in ("text", "json"):
        text = "".join(f"{line}\n" for path in found for line in _path_lines(path)) or "no path\n"
    else:
        text = _drawn(found, graph, args.format, "administrator" if end == ADMIN else end)
    arrived = [path.source for path in found] + [proof.actor for proof in graph.admins.values() if end == ADMIN]
    return Told(json, text, tuple(unseen_ways(graph, source)), tuple(undecided_ways(graph, arrived, source)))


def _drawn(found: list[Path], graph: Graph, form: str, end: str) -> str:
    from auditor.access.picture import dot, mermaid, picture
    from auditor.access.picture_page import page

    shown = picture(found, graph.admins)
    if form == "html":
        return page(shown, f"Paths to {end}, account {', '.join(sorted(graph.world.partitions))}")
    return dot(shown) if form == "dot" else mermaid(shown)


def _path_lines(path: Path) -> Iterator[str]:
    from auditor.access.naming import caveats

    yield visible(path.source.arn)
    for number, step in enumerate(path.steps, 1):
        yield visible(f"  {number}. {step.words}{caveats(step.accesses)}")
        yield from _request_lines(step.accesses)
    if path.administers:
        yield visible(f"  => {path.administers.words_of_end}{path.administers.caveats}")
        if not path.administers.does_everything:
            yield from _request_lines(path.administers.steps)
    elif path.steps and path.steps[-1].edge.raises:
        yield visible(f"  => {path.end.kind} {path.end.name} has then everything, or can give it to itself")


def _request_lines(accesses: Iterable[Access]) -> Iterator[str]:
    for access in accesses:
        if access.witness:
            yield visible(f"       {access.witness.action} on {access.witness.resource}")


def _path_json(path: Path) -> dict[str, Any]:
    ends = path.administers
    steps = [
        {
            "from": step.edge.source.arn,
            "to": step.edge.target.arn,
            "technique": step.edge.technique.id,
            "words": step.words,
            "raises": step.edge.raises,
            "requests": list(map(request, step.accesses)),
        }
        for step in path.steps
    ]
    administers = ends and {
        "technique": ends.technique.id,
        "words": ends.words_of_end,
        "requests": list(map(request, ends.steps)),
    }
    return {"from": principal(path.source), "to": principal(path.end), "steps": steps, "administers": administers}
