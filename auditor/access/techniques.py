"""Every technique, those that reach farthest first among those of one kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.access.identity_techniques import IDENTITY_TECHNIQUES
from auditor.access.service_techniques import SERVICE_TECHNIQUES

if TYPE_CHECKING:
    from auditor.access.technique import Technique

TECHNIQUES: Final[tuple[Technique, ...]] = (*IDENTITY_TECHNIQUES, *SERVICE_TECHNIQUES)
