"""Whether a policy allows anything that another does not, with a request as proof.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html
"""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.policy.atoms import TooLarge
from auditor.policy.boxes import meet
from auditor.policy.callers import WITH_PRINCIPAL
from auditor.policy.dimensions import ACTION
from auditor.policy.document import Policy
from auditor.policy.elements import Kind
from auditor.policy.impossible import impossible
from auditor.policy.proof import Proof, denied, proof
from auditor.policy.question import Question
from auditor.policy.relevance import likely, patterns_in, piece_by_piece, stated, what_changed
from auditor.policy.witness import documented, requests_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Literal

    from auditor.policy.boxes import Box
    from auditor.policy.relevance import Part
    from auditor.policy.request import Request

MAX_REGIONS: Final = 24
"""How many regions are searched for a request that shows the difference, where policy variables leave it open."""

MAX_PIECES: Final = 100
"""How many questions one is divided into before it is given up."""

MANY_PATTERNS: Final = 12
"""With more resources than this, a request is looked for in the pieces first."""

MAX_BETTER: Final = 40
"""How many more requests are tried for a better proof than the one that was found."""


class Comparison(NamedTuple):
    """An answer to "does it allow anything that it should not?"."""

    answer: Literal["no", "yes", "may"]
    witness: Request | None
    """A request that shows it, where the answer is yes."""
    reason: str


class NotComparable(ValueError):
    """The policies are not of one kind."""


def compare(old: Policy | Sequence[Policy], new: Policy | Sequence[Policy]) -> Comparison:
    """Whether the new policies allow any request that the old ones do not.

    Several policies are taken together: one Allow is enough, and one Deny. Only the policies themselves are compared,
    not what other policies add or take away; but RCPFullAWSAccess stands beside every RCP. `may` is the answer where
    the policies are too large, where they differ in policy variables and no request was found that shows it, and for
    SCPs that only deny, and differ in what: by themselves they allow nothing, but they stand beside some that do.

    Raises:
        NotComparable: the policies are of different kinds.
    """
    before, after = _listed(old), _listed(new)
    kinds = {policy.kind for policy in (*before, *after)}
    if len(kinds) > 1:
        raise NotComparable(f"policies of different kinds: {', '.join(sorted(kinds))}")
    if _adds_nothing(before, after):
        return Comparison("no", None, _AS_BEFORE)
    if kinds == {Kind.RCP}:
        before, after = (*before, _implied(Kind.RCP)), (*after, _implied(Kind.RCP))
    found = _compared(before, after)
    if kinds == {Kind.SCP} and not any(
        statement.allow for policy in (*before, *after) for statement in policy.statements
    ):
        beside = compare((*before, _implied(Kind.SCP)), (*after, _implied(Kind.SCP)))
        return found if beside.answer == "no" else Comparison("may", None, _ONLY_DENIES)
    return found


def _compared(before: Sequence[Policy], after: Sequence[Policy]) -> Comparison:
    """The answer for all statements that matter; where that is in doubt, for what each of them is about alone."""

    def found(part: Part) -> Comparison:
        return answer(lambda: Search(*part, whole=(before, after)), _AS_BEFORE, _difference)

    changed = what_changed(before, after)
    pieces = tuple(islice(piece_by_piece(*changed), MAX_PIECES))
    all_pieces = len(pieces) < MAX_PIECES
    hard = patterns_in(changed) > MANY_PATTERNS
    # What is too large for the likeliest part of a piece is too large for the piece, and that for the whole.
    if hard and (shown := _first(map(found, map(likely, pieces)), lambda it: it.answer == "yes" or _is_too_large(it))):
        return shown
    first = found(changed)
    if first.answer != "may":
        return first
    if not hard and (shown := _first(map(found, map(likely, pieces)), lambda it: it.answer == "yes")):
        return shown
    if len(pieces) < 2 or not all_pieces:
        return first
    return _first(map(found, pieces), lambda it: it.answer != "no") or Comparison("no", None, _AS_BEFORE)


def _first(found: Iterable[Comparison], wanted: Callable[[Comparison], bool]) -> Comparison | None:
    return next(filter(wanted, found), None)


def _is_too_large(found: Comparison) -> bool:
    return found.reason.startswith(_TOO_LARGE)


def check_access(policies: Policy | Sequence[Policy], actions: Sequence[str], resource: str = "*") -> Comparison:
    """Whether some policies, taken together, grant any of some actions on a resource; both may have wildcards.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckAccessNotGranted.html

    Raises:
        NotComparable: the policies are of different kinds.
    """
    listed = _listed(policies)
    kind = listed[0].kind if listed else Kind.IDENTITY
    everyone = {"Principal": "*"} if kind in WITH_PRINCIPAL else {}
    anything = {"Effect": "Allow", "Action": "*", "Resource": "*", **everyone}
    refused = {"Effect": "Deny", "Action": list(actions), "Resource": resource, **everyone}
    reference = Policy.of({"Version": "2012-10-17", "Statement": [anything, refused]}, kind)
    found = compare(reference, listed)
    return found._replace(reason=_ACCESS.get(found.answer, found.reason))


def answer(search: Callable[[], Search], no: str, yes: Callable[[Search, Request], str]) -> Comparison:
    """What a search comes to; `no` and `yes` give the reasons."""
    try:
        found = search()
        return found.compare(no, yes)
    except TooLarge as error:
        return Comparison("may", None, f"{_TOO_LARGE}: {error}")


@cache
def _implied(kind: Kind) -> Policy:
    """RCPFullAWSAccess and FullAWSAccess.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    everyone = {"Principal": "*"} if kind in WITH_PRINCIPAL else {}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", **everyone}
    return Policy.of({"Version": "2012-10-17", "Statement": statement}, kind)


def _adds_nothing(before: Sequence[Policy], after: Sequence[Policy]) -> bool:
    """Whether it can be told from the statements alone: the old ones, but for Allows less and Denies more."""
    if {policy.source.text for policy in before} == {policy.source.text for policy in after}:
        return True
    old, new = stated(before), stated(after)
    kept = all(it in old for it in new if it[1].allow) and all(it in new for it in old if not it[1].allow)
    return kept and not any(map(_lost_deny, before))


def _listed(policies: Policy | Sequence[Policy]) -> tuple[Policy, ...]:
    return (policies,) if isinstance(policies, Policy) else tuple(policies)


class Search:
    """The search for a request that new policies allow and old ones don't.

    A request is looked for in `scope` alone, and in none of the boxes that are `barred`. Where the policies are but
    parts of others, these are the `whole` that the request is held against.
    """

    def __init__(
        self,
        old: Sequence[Policy],
        new: Sequence[Policy],
        question: Question | None = None,
        scope: Box | None = None,
        barred: Sequence[Box] = (),
        whole: tuple[Sequence[Policy], Sequence[Policy]] | None = None,
    ) -> None:
        self.old, self.new = whole or (old, new)
        self.scope = scope or {}
        self.question = question = question or Question((*old, *new))
        self.old_allows = question.boxes(old, allow=True)
        self.old_denies = question.boxes(old, allow=False)
        self.new_allows = question.boxes(new, allow=True)
        self.new_denies = [*question.boxes(new, allow=False), *impossible(question), *barred]

    def compare(self, no: str, yes: Callable[[Search, Request], str]) -> Comparison:
        """Documented actions are tried first: they make the better proof."""
        known = documented(self.question.actions)
        named = sum(1 << atom for atom in known)
        for scope in ({ACTION: named}, {}) if named else ({},):
            regions = list(islice(self._regions(scope), MAX_REGIONS))
            witness = self._witness(regions, known)
            if witness:
                remark = _UNDOCUMENTED if named and not scope else ""
                return Comparison("yes", witness, yes(self, witness) + remark)
            if regions:
                return Comparison("may", None, _VARIABLES if self.question.tests else _READINGS)
        lost = next((policy.problems[0] for policy in self.old if _lost_deny(policy)), None)
        if lost:
            return Comparison("may", None, f"a Deny of the old policies cannot be understood: {lost.message}")
        return Comparison("no", None, no)

    def _witness(self, regions: Iterable[Box], known: dict[int, int]) -> Request | None:
        """The first request that is proof by itself, or else the best of some."""
        best: Request | None = None
        strength = Proof.NONE
        tried = 0
        for region in regions:
            for request in requests_in(self.question, region, known):
                found = proof(self.old, self.new, request)
                if found > strength:
                    best, strength = request, found
                tried += best is not None
                if strength is Proof.ALONE or tried > MAX_BETTER:
                    return best
        return best

    def _regions(self, scope: Box) -> Iterator[Box]:
        """Where the new policies allow and the old ones don't: they don't allow it, or they deny it."""
        outside = self.question.space.outside
        same = {frozenset(box.items()) for box in self.old_allows}
        denied = {frozenset(box.items()) for box in self.new_denies}
        denies = [box for box in self.old_denies if frozenset(box.items()) not in denied]
        for allow in self.new_allows:
            region = meet(allow, {**self.scope, **scope})
            if region is None:
                continue
            if frozenset(allow.items()) not in same:
                yield from outside(region, [*self.new_denies, *self.old_allows])
            for deny in denies:
                if (common := meet(region, deny)) is not None:
                    yield from outside(common, self.new_denies)


_ONLY_DENIES: Final = "the policies only deny, and not the same: it depends on what SCPs beside them allow"
_TOO_LARGE: Final = "too large to decide"
_AS_BEFORE: Final = "everything that is allowed was allowed before"
_ACCESS: Final = {"no": "none of the actions is granted", "yes": "granted"}
_UNDOCUMENTED: Final = "; only for actions that AWS does not document"
_VARIABLES: Final = "it depends on policy variables, and no request was found that shows it"
_READINGS: Final = "one key is compared in different ways, and no request was found that shows it"


def _difference(search: Search, request: Request) -> str:
    return f"allowed now, and {'denied' if denied(search.old, request) else 'not'} before"


def _lost_deny(policy: Policy) -> bool:
    """Whether a statement that may be a Deny was left out because it is malformed."""
    statements = policy.source.value.get("Statement", ())
    listed = statements if isinstance(statements, list) else [statements]
    understood = {statement.index for statement in policy.statements}
    return any(
        index not in understood and not (isinstance(item, dict) and item.get("Effect") == "Allow")
        for index, item in enumerate(listed)
    )
