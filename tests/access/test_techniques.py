"""Each technique: one account in which it works, and accounts in which only one thing prevents it."""

import pytest

from auditor.access.graph import graph
from auditor.access.technique import ADMINISTRATION, TARGET, Power, Scope
from auditor.access.techniques import TECHNIQUES
from auditor.policy.decide import Answer, evaluate
from tests.access.worlds import ACCOUNT, OTHER, Builder, allow, deny, trust

NEVER = {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}
SELF = {Scope.SELF_USER, Scope.SELF_ROLE}
MANAGEMENT = {"Id": "o-example", "MasterAccountId": ACCOUNT}
WEAK = allow("s3:GetObject", resource="arn:aws:s3:::data/*")
STRONG = allow("*")
BY_ID = {technique.id: technique for technique in TECHNIQUES}
NEW = {Scope.NEW_USER, Scope.NEW_ROLE, Scope.NEW_GROUP}
WITH_TARGET = [it.id for it in TECHNIQUES if it.scope not in {Scope.ACCOUNT, *NEW}]


class Account(Builder):
    """An account in which ann has what a technique needs, and something may prevent it."""

    def __init__(self, technique, hindrance=""):
        super().__init__(organization=MANAGEMENT)
        self.technique = technique
        self.hindrance = hindrance
        self.extra = {}
        if any(need.on == "strong-group" for need in technique.needs):
            self.group("admins", STRONG)
        statements = [self._statement(need) for need in technique.needs if need.on != "trusts"]
        if hindrance == "denial":
            statements.append(deny(technique.needs[-1].action))
        if hindrance == "boundary":
            unbounded = {"Effect": "Allow", "NotAction": technique.needs[0].action, "Resource": "*"}
            self.extra["boundary"] = self.policy("limit", unbounded)
        statements += getattr(self, f"_for_{technique.power.name.lower()}", list)()
        self.place(statements)

    def place(self, statements):
        """The actor, and whom the technique is about."""
        scope = self.technique.scope
        if scope is Scope.OWN_GROUP:
            self.group("team", *self.extra.pop("group", (WEAK,)), attached=self.extra.pop("of_group", ()))
            self.user("ann", *statements, groups=("team",), **self.extra)
        elif scope is Scope.OTHER_GROUP:
            self.group("admins", WEAK if self.misses else STRONG)
            self.user("ann", *statements, **self.extra)
        elif scope is Scope.OWN_POLICY:
            held = self.policy("held", WEAK)
            self.user("ann", *statements, attached=() if self.misses else (held,), **self.extra)
        elif scope is Scope.OTHER_POLICY:
            self.policy("shared", WEAK if self.misses else STRONG)
            place = self.role if self.is_role else self.user
            place("ann", *([trust(OTHER)] if self.is_role else ()), *statements, **self.extra)
        elif scope is Scope.SELF_ROLE:
            self.role("ann", trust(OTHER), *statements, **self.extra)
        else:
            self.user("ann", *statements, **self.extra)
            self._place_target(scope)

    @property
    def misses(self):
        return self.hindrance == "target"

    def _place_target(self, scope):
        acting = self.technique.power is Power.ACT
        strength = WEAK if self.misses or not acting else STRONG
        if self.technique.power is Power.RETAGGED:
            strength = allow("iam:PutRolePolicy", StringEquals={"aws:PrincipalTag/team": "admins"})
        more = {}
        if self.technique.power is Power.UNBOUNDED:
            strength, more = STRONG, {"boundary": self.policy("weak", WEAK)}
        if any(need.on == "its-policy" for need in self.technique.needs):
            more["attached"] = (self.policy("of-target", WEAK),)
        if scope.startswith("user"):
            self.user("bob", strength)
        elif scope is Scope.ROLE:
            self.role("target", trust(OTHER), strength, **more)
        elif scope is Scope.TRUSTING_ROLE:
            actions = ("sts:AssumeRole", "sts:TagSession")
            self.role("target", trust(ACCOUNT, actions=actions), strength, **more)
        elif scope is Scope.TAGGED_ROLE:
            self.role("target", trust(ACCOUNT), strength)
        elif scope is Scope.MFA_ROLE:
            self.role("target", trust(ACCOUNT, Bool={"aws:MultiFactorAuthPresent": "true"}), strength)
        elif scope is Scope.SERVICE_ROLE:
            self.role("target", trust(*self.technique.services), strength)
        elif scope is Scope.FEDERATED_ROLE:
            kind = "saml" if "saml" in self.technique.id else "oidc"
            self.role("target", trust(self.provider(kind, "idp.example.com")), strength)
        elif scope is Scope.CENTER_ROLE:
            name = "AWSReservedSSO_Ops_0123456789abcdef"
            path = "/aws-reserved/sso.amazonaws.com/"
            self.role(name, trust(self.provider("saml", "AWSSSO_x")), strength, path=path)

    def _statement(self, need):
        action = need.action
        resource = "*"
        if self.misses and self.technique.power is not Power.ACT and need is self._target_need:
            resource = f"arn:aws:iam::{ACCOUNT}:*/somebody-else"
        conditions = {}
        for key, value in need.context:
            if value == TARGET:
                conditions = {"ArnLike": {key: self.arn("policy", "*")}}
            elif value is None and "unbound" in self.technique.id:
                conditions = {"StringEquals": {key: self.policy("limit-of-new", WEAK)}}
            elif value not in (None, ADMINISTRATION):
                conditions = {"StringEquals": {key: value}}
        if self.technique.scope is Scope.TAGGED_ROLE:
            conditions = {"StringEquals": {"aws:ResourceTag/team": "admins"}}
        if self.hindrance == "condition":
            conditions = NEVER
        return allow(action, resource=resource, **conditions)

    @property
    def _target_need(self):
        return next((need for need in self.technique.needs if need.on != "any"), self.technique.needs[0])

    def _for_unbounded(self):
        if self.technique.scope not in {*SELF, Scope.OWN_BOUNDARY}:
            return []
        if self.technique.scope is Scope.OWN_BOUNDARY and self.misses:
            self.extra["boundary"] = self.policy("other", allow(*(need.action for need in self.technique.needs)))
        elif self.hindrance != "boundary":
            self.extra["boundary"] = self.policy("limit", allow(*(need.action for need in self.technique.needs)))
        else:
            self.extra["boundary"] = self.policy("limit", WEAK)
        return [{"Effect": "Allow", "NotAction": [need.action for need in self.technique.needs], "Resource": "*"}]

    def _for_reverted(self):
        return self._for_unbounded()

    def _for_unrefused(self):
        needed = [need.action for need in self.technique.needs]
        refusal = {"Effect": "Deny", "NotAction": needed, "Resource": "*"}
        if self.technique.scope is Scope.OWN_GROUP and self.technique.id.startswith("detach"):
            self.extra["of_group"] = (self.policy("refusal", refusal),)
        elif self.technique.scope is Scope.OWN_GROUP:
            self.extra["group"] = (refusal,)
        elif self.technique.id.startswith("detach"):
            self.extra["attached"] = (self.policy("refusal", refusal),)
        else:
            self.extra["inline"] = (refusal,)
        return [{"Effect": "Allow", "NotAction": needed, "Resource": "*"}]

    def _for_act(self):
        return [allow("iam:TagRole")] if self.technique.scope is Scope.TAGGED_ROLE else []

    def _for_retagged(self):
        if self.technique.scope not in SELF:
            return []
        action = "iam:PutUserPolicy" if self.technique.scope is Scope.SELF_USER else "iam:PutRolePolicy"
        if self.technique.id.startswith("untag"):
            self.extra["tags"] = {"team": "web"}
            return [allow(action, Null={"aws:PrincipalTag/team": "true"})]
        return [allow(action, StringEquals={"aws:PrincipalTag/team": "admins"})]

    @property
    def is_role(self):
        attaches = self.technique.scope is Scope.OTHER_POLICY and self.technique.id.startswith("attach-role")
        return attaches or self.technique.scope is Scope.SELF_ROLE

    @property
    def actor(self):
        return self.arn("role" if self.is_role else "user", "ann")


def ways(account):
    """Technique -> the steps by which the actor of an account comes to administration, or to data, by it."""
    found = graph(account.world)
    actor = found.world.actor(account.actor)
    technique = account.technique
    if technique.power is Power.DATA:
        attempts = found.attempts
        if technique.scope is Scope.ACCOUNT:
            return {technique.id: attempts.steps(actor, technique, "")} if attempts.works(actor, technique) else {}
        target = next(found.world.targets.members(attempts.targets(actor, technique)), "")
        return {technique.id: attempts.steps(actor, technique, target)} if target else {}
    proofs = {it.technique.id: it.steps for it in found.administration.ways(actor)}
    for leads in found.leads_of(actor):
        for target in found.world.targets.members(leads.raised | (leads.acting & found.administering)):
            proofs[leads.technique.id] = found.attempts.steps(actor, leads.technique, target)
    return proofs


@pytest.mark.parametrize("name", BY_ID)
def test_it_works(name):
    account = Account(BY_ID[name])
    steps = ways(account)[name]
    assert steps
    world = account.world
    actor = world.actor(account.actor)
    for step in steps:
        assert step.granted
        assert step.decision.answer is Answer.ALLOW
        target = world.actor(step.witness.resource)
        if step.witness.action.startswith(("sts:", "kms:")):
            continue
        assert target is None or target.arn.startswith("arn:aws:iam")
        assert evaluate(step.witness, actor.policies).answer is Answer.ALLOW


@pytest.mark.parametrize("hindrance", ["condition", "denial", "boundary"])
@pytest.mark.parametrize("name", BY_ID)
def test_only_one_thing_prevents_it(name, hindrance):
    assert name not in ways(Account(BY_ID[name], hindrance))


@pytest.mark.parametrize("name", WITH_TARGET)
def test_only_its_target_prevents_it(name):
    assert name not in ways(Account(BY_ID[name], "target"))


def test_every_technique_has_a_name_of_its_own_and_words():
    assert len(BY_ID) == len(TECHNIQUES)
    assert all(technique.words and technique.needs for technique in TECHNIQUES)
