"""What all tests share: `pytest --update-golden` rewrites golden files instead of comparing with them."""

from __future__ import annotations

import gc
import os
import random
import shutil
import subprocess
from pathlib import Path

import botocore.session
import pytest
from botocore.client import ClientCreator
from botocore.retries.standard import ExponentialBackoff

GOLDEN = Path(__file__).parent.parent / "fixtures" / "reports"


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files; read the diff")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    """Has each of xdist's workers measure coverage once, by what pytest-cov starts for it, which `no_cover` pauses.

    Else it would be measured as any subprocess is, and as where there are no workers, besides: that is never paused.
    """
    plugin = session.config.pluginmanager.getplugin("_cov")
    if hasattr(session.config, "workerinput"):
        if plugin and plugin.cov_controller:
            plugin.cov_controller.cov.stop()
    elif session.config.getoption("numprocesses", None):
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Spares the garbage collector what stays for the whole run: all tests and modules, a million objects.

    What tests leave is searched less often than Python would: a third of their time went into looking at what stays.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000, 20, 20)
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def dice_of_its_own():
    """Gives botocore's retries, which go on after a look that ended early, another source of chance than tests have.

    Hypothesis objects to random numbers that are drawn while it makes examples.
    """
    make = ExponentialBackoff.__init__
    own = random.Random(1).random
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make, "__defaults__", tuple(own if it == random.random else it for it in make.__defaults__))
        yield


@pytest.fixture(scope="session", autouse=True)
def models_read_once():
    """Lets all of botocore's sessions share what each would read of its own, as the clients of one session do.

    A look makes a session, and every session would parse megabytes of models, and make the methods of its clients from
    them for each region anew: that is most of what a look at the fake endpoint takes.
    """
    read: dict = {}
    made: dict = {}
    loader, methods = botocore.session.create_loader, ClientCreator._create_methods

    def create_loader(paths=None):
        new = loader(paths)
        new._cache = read.setdefault(paths, {})
        return new

    def create_methods(self, model):
        if model.service_name not in made:
            made[model.service_name] = methods(self, model)
        return dict(made[model.service_name])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", create_loader)
        patch.setattr(ClientCreator, "_create_methods", create_methods)
        yield


@pytest.fixture
def golden(request):
    """Compares a text with the golden file of that name."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.write_bytes(text.encode())
        assert text == path.read_bytes().decode(), f"{path} differs: is the change meant? then pytest --update-golden"

    return compare


@pytest.fixture
def frameworks(tmp_path, monkeypatch):
    """Writes the controls of a framework called `mine`, which is then the only one there is."""
    from auditor import frameworks

    def forget():
        for function in (frameworks._files, frameworks._by_rule, frameworks.load):
            function.cache_clear()

    folder = tmp_path / "auditor" / "rules" / "frameworks"
    folder.mkdir(parents=True)

    def write(controls: str) -> None:
        head = 'id = "mine"\nname = "My Benchmark"\nversion = "1.0"\nurl = "https://example.com"\n[controls]\n'
        (folder / "mine.toml").write_text(head + controls, encoding="utf-8")
        forget()

    monkeypatch.setattr(frameworks, "__file__", str(tmp_path / "auditor" / "frameworks.py"))
    forget()
    yield write
    monkeypatch.undo()
    forget()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """What opens a page in a browser is run by `make browser`, since not every machine has one."""
    for item in items:
        if "browse" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def browse(tmp_path):
    """What a page has become once a browser has loaded it."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert browser, "this test opens the page in a real browser: apt-get install chromium"

    def load(text: str) -> str:
        file = tmp_path / "page.html"
        file.write_text(text, encoding="utf-8")
        line = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        line += [f"--user-data-dir={tmp_path / 'browser'}", "--virtual-time-budget=2000", "--dump-dom", file.as_uri()]
        return subprocess.run(line, capture_output=True, text=True, timeout=120, check=True).stdout

    return load
