"""What holds for every test: no skip goes unnoticed where that is asked for, and no
test sees the settings or the home folder of the person who runs it.

WORTLEY_LONG=1 (`./run test --long`) asks for the long runs. WORTLEY_NO_SKIPS=1
(`.ci/run`) turns a skipped test into a failed one.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import coverage
import pytest
from hypothesis import settings

NO_SKIPS = os.environ.get("WORTLEY_NO_SKIPS") == "1"
OURS = ("WORTLEY_LONG", "WORTLEY_NO_SKIPS")
HOME = pytest.StashKey[Path]()

# A busy machine is no failure: tests that promise a time measure it themselves.
settings.register_profile("usual", deadline=None)
settings.register_profile("long", deadline=None, max_examples=5_000)
settings.load_profile("long" if os.environ.get("WORTLEY_LONG") == "1" else "usual")


def pytest_configure(config: pytest.Config) -> None:
    home = Path(tempfile.mkdtemp(prefix="wortley-home-"))
    config.stash[HOME] = home
    for name in [n for n in os.environ if n.startswith("WORTLEY_") and n not in OURS]:
        del os.environ[name]
    for name in [n for n in os.environ if n.startswith("XDG_")]:
        del os.environ[name]
    os.environ["HOME"] = str(home)


def pytest_sessionfinish() -> None:
    """Write what was covered now: xdist gives a worker ten seconds to end, no more."""
    started: coverage.Coverage | None
    started = getattr(coverage.process_startup, "coverage", None)
    if started is not None:
        started.stop()
        started.save()


def pytest_unconfigure(config: pytest.Config) -> None:
    if HOME in config.stash:
        shutil.rmtree(config.stash[HOME], ignore_errors=True)


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    longrepr = report.longrepr
    reason = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
    report.outcome = "failed"
    report.longrepr = f"{report.nodeid} was left out, and nothing may be here: {reason}"


if NO_SKIPS:

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport() -> Generator[
        None, pytest.TestReport, pytest.TestReport
    ]:
        report = yield
        _refuse_skip(report)
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report() -> Generator[
        None, pytest.CollectReport, pytest.CollectReport
    ]:
        report = yield
        _refuse_skip(report)
        return report


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The system's Chromium, for the tests that look at pages in a real browser."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return Path(found)
    pytest.skip("there is no Chromium here (sudo apt install chromium)")
