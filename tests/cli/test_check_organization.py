"""`auditor check` of several accounts of one organization: what one is told counts in the others."""

import pytest

from auditor.snapshot.files import dumps
from tests.access.test_organization_levels import BY_SCP, MANAGEMENT, ROOT, member, policy, told
from tests.access.worlds import allow, deny


@pytest.fixture
def check(cli, clean):
    """Asks one rule of several accounts."""

    def ask(*made):
        names = [f"{each.account}.json" for each in made]
        for name, each in zip(names, made, strict=True):
            (clean / name).write_text(dumps(each.snapshot), encoding="utf-8")
        return cli("check", *names, "--select", "privesc-effective-principal", "--fail-on", "any")

    return ask


def escalating():
    made = member()
    made.user("ann", allow("iam:PutUserPolicy"))
    return made


def manager(*policies):
    made = member(MANAGEMENT, told(*policies, kind="management"))
    made.user("bob", allow("s3:GetObject"))
    return made


def test_an_account_alone_is_told_what_may_forbid_it(check):
    run = check(escalating())
    assert run.code == 1
    assert f"unless {BY_SCP}" in run.out


def test_what_the_management_account_sees_counts_in_its_members(check):
    run = check(manager(), escalating())
    assert (run.code, "user/ann" in run.out, "unless" in run.out) == (1, True, False)
    run = check(escalating(), manager(policy(ROOT, deny("iam:*"))))
    assert (run.code, run.out) == (0, "")
