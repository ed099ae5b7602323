from __future__ import annotations

import os

import pytest

from auditor.cli.main import main
from tests.cli.runs import Run, environ


@pytest.fixture
def clean(tmp_path, monkeypatch):
    """An empty folder to work in, and an environment without settings."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ.keys() - environ().keys():
        monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def cli(clean, capsys):
    """Runs a command line in this process."""

    def run(*words) -> Run:
        code = main([str(word) for word in words])
        return Run(code, *capsys.readouterr())

    return run


@pytest.fixture
def at(clean, monkeypatch):
    """Turns this process to a fake endpoint."""

    def point(fake, **more) -> None:
        for name, value in {**fake.env, **more}.items():
            monkeypatch.setenv(name, value)

    return point
