"""What docs/practices.md says of the two practices is so, rule by rule."""

import re
from pathlib import Path

import pytest

from auditor.evaluate.engine import Ask, Source, evaluate
from auditor.evaluate.registry import load_rules
from auditor.findings.model import Confidence
from auditor.testing import read_example
from tests.documents import read, section

RULES = load_rules(plugins=False)
TEXT = read("docs/practices.md")
FIXTURES = Path(__file__).parents[1] / "fixtures" / "rules"
BAD = sorted(FIXTURES.glob("*/bad-*.json"))
CHANGED = re.findall(r"^\| `([a-z-]+)` \|", section(TEXT, "What the practice of IAM users changes"), re.MULTILINE)


def findings(path, practice):
    """What a rule finds in one of its examples under a practice."""
    example = read_example(path)
    rule = RULES[path.parent.name]
    declared = example.declared._replace(practice=practice)
    ask = Ask(options={rule.id: example.options}, declared=declared, min_confidence=Confidence.LOW)
    return evaluate([Source(example.snapshot)], [rule], ask).findings


@pytest.mark.parametrize("path", BAD, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_practice_of_iam_users_silences_the_rules_that_the_page_lists_and_no_other(path):
    assert findings(path, "identity-center")
    assert bool(findings(path, "iam-users")) == (path.parent.name not in CHANGED)


def test_every_rule_that_the_page_names_exists():
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+){2,})`", TEXT))
    assert named <= RULES.keys()
    assert set(CHANGED) <= {path.parent.name for path in BAD}
