from auditor.suggest import did_you_mean


def test_the_nearest_word_is_named():
    assert did_you_mean("chek", ["collect", "check"]) == ('did you mean "check"?',)


def test_what_is_far_from_everything_has_no_suggestion():
    assert did_you_mean("xyzzy", ["check"]) == ()
    assert did_you_mean("check", []) == ()


def test_what_all_words_begin_with_makes_none_nearer():
    known = ["PREFIX_CHECK", "PREFIX_COLLECT"]
    assert did_you_mean("PREFIX_XYZZY", known, "PREFIX_") == ()
    assert did_you_mean("PREFIX_CHEK", known, "PREFIX_") == ('did you mean "PREFIX_CHECK"?',)


def test_endless_words_are_cut():
    assert did_you_mean("check" + "x" * 1_000_000, ["check"]) == ()
