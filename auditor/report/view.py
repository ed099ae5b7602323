"""How a report is to look: everything that reporters may know besides the report itself."""

from __future__ import annotations

from typing import NamedTuple

HOME = "https://github.com/aws-account-auditor/auditor"
"""Where the program is described, for reports that name their tool."""


class View(NamedTuple):
    """Wishes for a report.

    `width` is in characters, 0 where it is not known. `links` asks for OSC 8 hyperlinks. `show` is "findings", or
    "all" for passes, questions that do not apply and questions not answered as well. `group_by` is one of severity,
    rule, resource, account and region. `snippets` asks for the lines of evidence.

    `frameworks` are ids (none: all), `known_rules` the ids of all rules that exist: both for compliance.

    `sarif_locations` is "resource", for a virtual path of each resource below `sarif_prefix`, or "snapshot", for
    lines of the snapshot file. `base` is the directory against which snapshot paths are made relative. `rule_url` is
    the address of a rule's page, with `{rule}` in place of its id; where it is empty the page that the rule cites
    serves. `exit_code` is the one that the run ends with.
    """

    width: int = 100
    color: bool = False
    links: bool = False
    show: str = "findings"
    group_by: str = "severity"
    snippets: bool = True
    exit_code: int = 0
    frameworks: tuple[str, ...] = ()
    known_rules: frozenset[str] = frozenset()
    sarif_locations: str = "resource"
    sarif_prefix: str = "aws"
    rule_url: str = ""
    base: str = ""

    @property
    def all(self) -> bool:
        """Whether more than findings is asked for."""
        return self.show == "all"

    def page(self, rule: str, docs: str) -> str:
        """The address of a rule's page."""
        return self.rule_url.replace("{rule}", rule) or docs
