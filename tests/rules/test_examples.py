"""Every rule of the built-in pack, tried on the accounts in fixtures/rules."""

from pathlib import Path

import pytest

from auditor.evaluate.registry import load_rules
from auditor.testing import check_example, read_example

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rules"
RULES = load_rules(plugins=False)
EXAMPLES = sorted(FIXTURES.glob("*/*.json"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_example(path):
    assert list(check_example(RULES[path.parent.name], read_example(path))) == []


@pytest.mark.parametrize("rule_id", RULES)
def test_every_rule_has_a_good_and_a_bad_example(rule_id):
    names = [path.name for path in (FIXTURES / rule_id).glob("*.json")]
    assert any(name.startswith("good-") for name in names)
    assert any(name.startswith("bad-") for name in names)
