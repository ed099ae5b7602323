"""Whatever is found in the accounts of the rules' examples is proved by requests that the engine allows."""

from pathlib import Path

import pytest

from auditor.access.attempts import NEW
from auditor.access.graph import graph, paths
from auditor.access.technique import Scope
from auditor.access.world import World
from auditor.policy.decide import Answer, evaluate
from auditor.testing import read_example
from tests.access.test_reach import account

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rules"
EXAMPLES = sorted(FIXTURES.glob("*/*.json"))
ESCALATIONS = sorted(FIXTURES.glob("privesc-*/bad-*.json"))


def confirm(world, actor, technique, steps):
    assert len(steps) == (1 if technique.id == "allow-everything" else len(technique.needs))
    for step, need in zip(steps, technique.needs, strict=False):
        request = step.witness
        assert step.granted
        assert request.action == need.action or technique.id == "allow-everything"
        target = world.actor(request.resource)
        trusting = technique.scope in (Scope.TRUSTING_ROLE, Scope.MFA_ROLE)
        trust = target.trust if target and trusting and need.action.startswith("sts:") else None
        if need.action.startswith("sts:") and not trusting:
            assert step.decision.answer is Answer.ALLOW  # the trust policy is another one by then
            continue
        assert evaluate(request, actor.policies._replace(resource=trust)).answer is Answer.ALLOW


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_administrators_and_paths(path):
    world = World.of(read_example(path).snapshot)
    found = graph(world)
    for proof in found.admins.values():
        confirm(world, proof.actor, proof.technique, proof.steps)
        assert proof.technique.scope in NEW or proof.grants
    for way in paths(found):
        for step in way.steps:
            confirm(world, step.edge.source, step.edge.technique, step.accesses)
        assert way.administers is not None or way.steps[-1].edge.raises
    rising = {arn for arn, proof in found.admins.items() if not proof.does_everything}
    assert {way.source.arn for way in paths(found)} == found.escalating | rising


@pytest.mark.parametrize("seed", range(15))
def test_every_edge_is_proved(seed):
    found = graph(account(seed))
    edges = list(found.edges())
    for edge in edges:
        confirm(found.world, edge.source, edge.technique, found.step(edge).accesses)
    assert len({(edge.source.arn, edge.target.arn) for edge in edges}) == len(edges)


@pytest.mark.parametrize("path", ESCALATIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_findings_carry_their_requests(path):
    from auditor.evaluate.engine import Ask, Source, evaluate
    from auditor.evaluate.registry import load_rules

    example = read_example(path)
    rule = load_rules(plugins=False)[path.parent.name]
    (account,) = evaluate([Source(example.snapshot)], [rule], Ask()).accounts
    assert account.findings
    for finding in account.findings:
        assert finding.flow
        assert all(stage.place.pointer.startswith("/iam/") and "may call" in stage.text for stage in finding.flow)
