"""What is built is what stands in the checkout; `make package` builds it and runs it elsewhere."""

import tomllib
from pathlib import Path

import auditor

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def folders_with_modules():
    for top, package in (("auditor", "auditor"), ("rules", "auditor.rules")):
        for folder in {path.parent for path in (ROOT / top).rglob("*.py")}:
            yield ".".join((package, *folder.relative_to(ROOT / top).parts))


def test_every_folder_with_modules_is_packaged():
    assert sorted(PROJECT["tool"]["setuptools"]["packages"]) == sorted(folders_with_modules())


def test_every_data_file_is_packaged():
    data = PROJECT["tool"]["setuptools"]["package-data"]
    packaged = {
        path
        for package, patterns in data.items()
        for pattern in patterns
        for path in folder_of(package).glob(pattern)
        if path.is_file()
    }
    there = {
        path
        for top in ("auditor", "rules")
        for path in (ROOT / top).rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    }
    assert there - packaged == set()


def folder_of(package):
    parts = package.split(".")
    return ROOT.joinpath("rules", *parts[2:]) if parts[:2] == ["auditor", "rules"] else ROOT.joinpath(*parts)


def test_the_version_is_a_literal_that_the_changelog_leads_up_to():
    assert auditor.__version__.count(".") == 2
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8") or auditor.__version__ in (
        ROOT / "CHANGELOG.md"
    ).read_text(encoding="utf-8")


def test_the_public_names_can_be_imported():
    for name in auditor.__all__:
        assert getattr(auditor, name) is not None
