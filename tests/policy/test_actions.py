import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.policy.actions import (
    UNNAMED,
    everything,
    expand,
    mask,
    matches,
    minimal,
    names,
    of_service,
    statement_mask,
)
from auditor.policy.data.retired import RETIRED_ACTIONS
from auditor.policy.globs import covers
from auditor.policy.patterns import tokens
from auditor.policy.service_data import actions_of, services

ALL = sorted(f"{service}:{name}" for service in services() for name in actions_of(service))


def slow_match(pattern, text):
    """The definition: a row of the table tells which beginnings of the text the pattern so far matches."""
    row = [True] + [False] * len(text)
    for letter in pattern:
        above = row
        if letter == "*":
            row = above[:1]
            for column in range(1, len(text) + 1):
                row.append(above[column] or row[-1])
        else:
            row = [False] + [above[i] and letter in ("?", text[i]) for i in range(len(text))]
    return row[-1]


def mangled(action):
    """Patterns made out of an action: some of its letters replaced by wildcards, some in other case."""
    letter = st.sampled_from(["keep", "keep", "keep", "*", "?", "upper"])
    return st.lists(letter, min_size=len(action), max_size=len(action)).map(
        lambda choices: "".join(
            {"keep": own, "upper": own.upper()}.get(choice, choice) for own, choice in zip(action, choices, strict=True)
        )
    )


real = st.sampled_from(ALL)
patterns = (
    st.sampled_from(["*", "*:*", "s3:*", "s*:Get*", "*:*Role*", "iam:", "", "?*", "s3", "s3*", "nope:*", "\n", "a:b:c"])
    | real
    | real.flatmap(mangled)
    | st.text("is3amk:*?GetPt\n", max_size=12)
)


@given(patterns, st.lists(real | st.just("s3:NobodyKnowsThis"), min_size=1, max_size=30))
def test_matching_is_the_definition_in_lower_case(pattern, actions):
    for action in actions:
        assert matches(pattern, action) == slow_match(pattern.lower(), action.lower())


@given(patterns, st.lists(real, min_size=1, max_size=30))
def test_a_mask_has_the_bits_of_the_actions_that_match(pattern, actions):
    matched = mask(pattern)

    for action in actions:
        assert bool(matched & mask(action)) == slow_match(pattern.lower(), action.lower())


@given(patterns)
def test_expansion_is_idempotent_and_sorted(pattern):
    expanded = expand(pattern)

    assert list(expanded) == sorted(set(expanded))
    assert all(expand(action) == (action,) for action in expanded[:200])


@pytest.mark.parametrize(
    "pattern", ["*", "s3:*", "S*:gET*", "*:*Policy*", "iam:?etRole", "ec2:Describe*s", "s3*", "*b*c*d*"]
)
def test_expansion_lists_every_match(pattern):
    assert list(expand(pattern)) == [action for action in ALL if slow_match(pattern.lower(), action.lower())]


def test_the_prefix_folds_case_and_takes_wildcards():
    assert expand("IAM:passROLE") == ("iam:PassRole",)
    assert {action.partition(":")[0] for action in expand("s?s:*")} == {"ses", "sms", "sns", "sqs", "sts"}


def test_every_retired_action_still_stands_for_itself():
    for service, listed in RETIRED_ACTIONS.items():
        for name in listed.split():
            action = f"{service}:{name}"
            assert expand(action) == (action,)
            assert matches(action.upper(), action)
            assert matches(f"{service}:*", action)


def test_a_pattern_that_nothing_documented_matches_expands_to_nothing():
    assert expand("codestar:*") == ()
    assert expand("s3:NobodyKnows*") == ()


def test_actions_that_nobody_named_are_in_what_takes_in_everything():
    ahead, other = f"s3:{UNNAMED}", f"{UNNAMED}:{UNNAMED}"

    assert mask("*") == mask("*:*") == mask("**") == everything()
    assert mask("s3:*") & mask(ahead)
    assert not mask("s3:*") & mask(other)
    assert not mask("s3:Get*") & mask(ahead)
    assert statement_mask(None, ("s3:Get*",)) & mask(ahead)
    assert not statement_mask(None, ("s3:*",)) & mask(ahead)
    assert statement_mask(None, ("s3:*",)) & mask(other)
    assert UNNAMED not in "".join(names(everything()))


@given(st.lists(patterns, max_size=4).map(tuple))
def test_not_action_is_the_complement_of_action(listed):
    inside, outside = statement_mask(listed, None), statement_mask(None, listed)

    assert inside & outside == 0
    assert inside | outside == everything()


def test_a_statement_without_either_element_has_no_actions():
    assert statement_mask(None, None) == 0
    assert statement_mask((), None) == 0
    assert statement_mask(None, ()) == everything()


@given(st.lists(patterns, max_size=3))
def test_names_gives_back_what_was_expanded(listed):
    documented = {action for pattern in listed for action in expand(pattern)} & set(ALL)

    assert set(names(statement_mask(tuple(listed), None))) == documented


@pytest.mark.parametrize(
    ("given_patterns", "kept"),
    [
        (["s3:GetObject", "s3:Get*", "S3:gET*", "s3:PutObject"], ("s3:Get*", "s3:PutObject")),
        (["s3:*", "*"], ("*",)),
        (["s3:*?", "s3:?*"], ("s3:*?",)),
        (["s3:GetObject", "S3:getobject"], ("s3:GetObject",)),
        (["s3:Get?bject", "s3:GetObject", "s3:GetObjects"], ("s3:Get?bject", "s3:GetObjects")),
        (["s3:*a", "s3:a*", "s3:*"], ("s3:*",)),
        ([], ()),
    ],
)
def test_patterns_that_another_covers_are_dropped(given_patterns, kept):
    assert minimal(given_patterns) == kept


@given(st.lists(patterns, max_size=6))
def test_what_is_left_matches_as_much_and_has_no_more_to_drop(listed):
    kept = minimal(listed)

    assert statement_mask(kept, None) == statement_mask(tuple(listed), None)
    assert minimal(kept) == kept


small = st.text("ab*?", max_size=5)


@given(small, small)
def test_covering_is_what_the_texts_say(wide, narrow):
    decided = covers(tokens(wide), tokens(narrow))
    for text in samples(narrow):
        assert not decided or slow_match(wide, text)
    if not decided:
        assert any(not slow_match(wide, text) for text in samples(narrow))


def samples(narrow):
    """Texts that a pattern matches: a star stands for up to six of a letter that no pattern has, a ? for one."""
    texts = {""}
    for letter in narrow:
        options = ["z" * times for times in range(7)] if letter == "*" else ["z" if letter == "?" else letter]
        texts = {text + option for text in texts for option in options}
    return texts


@pytest.mark.parametrize("wide", ["*a" * 40 + "?", "?" * 40 + "*a" * 40, "*?a" * 40])
def test_hostile_patterns_are_compared_in_little_time(wide):
    assert covers(tokens(wide), tokens("*a?" * 60 + "a" * 90 + "*")) is False
    assert covers(tokens("*" + wide + "*"), tokens(wide))


def test_each_action_of_a_service_has_a_set_of_its_own():
    alone = list(of_service("sqs"))
    assert [names(one) for one in alone] == [(f"sqs:{name}",) for name in actions_of("sqs")]
    assert list(of_service("nope")) == []
