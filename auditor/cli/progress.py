"""Progress on standard error, for people who watch."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from auditor.cli.terminal import in_ci, wants_color

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.cli.console import Console
    from auditor.collect.runner import Event
    from auditor.config import Settings


@contextmanager
def progress(settings: Settings, console: Console, total: int) -> Iterator[Callable[[Event], None]]:
    """What to tell events of collecting `total` sections to. A bar only for a terminal, and not on a build server."""
    shown = settings["report.progress"] and not console.quiet and sys.stderr.isatty() and not in_ci()
    if not shown:
        yield lambda event: console.debug(f"{event.section}: {event.state}")
        return
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    terminal = Terminal(file=sys.stderr, no_color=not wants_color(console.color, sys.stderr))
    with Progress(*columns, console=terminal, transient=True) as bar:
        task = bar.add_task("looking", total=total)

        def tell(event: Event) -> None:
            console.debug(f"{event.section}: {event.state}")
            if event.state == "started":
                bar.update(task, description=event.section)
            else:
                bar.advance(task)

        yield tell
