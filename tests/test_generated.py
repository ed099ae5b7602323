"""Files in the tree that follow from code are what their generators give, byte for byte."""

import pytest

from tools import gen_accounts, gen_config_page, gen_rule_pages, gen_schemas


@pytest.mark.parametrize("name", gen_schemas.GENERATED)
def test_schemas(name):
    there = (gen_schemas.FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert there == gen_schemas.text(gen_schemas.GENERATED[name]()), "run `make schemas`"


def test_the_page_of_the_configuration():
    assert gen_config_page.TARGET.read_text(encoding="utf-8") == gen_config_page.page(), "run `make docs`"


def test_no_cell_of_the_page_of_the_configuration_ends_its_table():
    rows = [line for line in gen_config_page.page().splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {7}


def test_a_page_for_each_rule_and_none_besides():
    there = {path.name: path.read_text(encoding="utf-8") for path in gen_rule_pages.FOLDER.iterdir()}
    assert there == gen_rule_pages.pages(), "run `make docs`"


def test_pages_of_rules_that_are_gone_are_removed(tmp_path, monkeypatch):
    (tmp_path / "gone.md").write_text("a rule of old")
    monkeypatch.setattr(gen_rule_pages, "FOLDER", tmp_path)
    gen_rule_pages.main()
    assert {path.name for path in tmp_path.iterdir()} == gen_rule_pages.pages().keys()


@pytest.mark.parametrize("path", gen_accounts.FILES, ids=lambda path: path.name)
def test_accounts_are_what_a_look_at_the_fake_endpoint_gives(path):
    assert path.read_text(encoding="utf-8") == gen_accounts.snapshot_text(gen_accounts.FILES[path]()), (
        "run `make accounts`"
    )
