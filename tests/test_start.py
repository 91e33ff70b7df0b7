"""The `summit` command where it cannot run, and installed from a wheel, away from the checkout."""

import gc
import os
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from queries.engines.procedures import JAR, SUMS
from summit.start import PACKAGES, importing, overwritten, unsupported
from tests.conftest import HANGS, ROOT, SUMMIT, Service, serving


def test_a_system_that_cannot_run_it_is_told_what_can() -> None:
    assert unsupported("posix") is None
    assert "WSL" in (unsupported("nt") or "")


def test_our_own_packages_are_recognised() -> None:
    assert overwritten() is None


def test_a_command_starts_without_the_libraries_of_tables_and_can_import_them_later() -> None:
    """The driver alone would import them, which takes longer than all other imports together."""
    pytest.importorskip("pandas")
    lines = (
        "import sys; from summit.start import import_driver; import_driver(); import summit.main",
        "print({'pandas', 'pyarrow'} & set(sys.modules)); import pandas; print(pandas.DataFrame().shape)",
    )
    said = subprocess.run([sys.executable, "-c", ";".join(lines)], capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == ["set()", "(0, 0)"]


def test_nothing_is_searched_for_garbage_while_modules_are_imported_and_everything_afterwards() -> None:
    with importing():
        with importing():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ImportError), importing():
        raise ImportError
    assert gc.isenabled()


def test_it_starts_as_a_module_as_other_commands_start_it() -> None:
    words = [sys.executable, "-m", "summit.start", "--help"]
    assert "Usage" in subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True, timeout=HANGS).stdout


def test_another_distribution_in_place_of_a_package_is_named(tmp_path: Path) -> None:
    """As after `pip install queries`, which is somebody else's."""
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "__init__.py").write_text("version = '2.1.0'\n")
    facts = tmp_path / "queries-2.1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: queries\nVersion: 2.1.0\n")
    (facts / "top_level.txt").write_text("queries\n")
    (facts / "RECORD").write_text("queries/__init__.py,,\n")
    shadowed = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([SUMMIT, "queries"], env=shadowed, capture_output=True, text=True, timeout=120)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "the package 'queries'" in done.stderr
    assert "overwritten by the distribution 'queries'" in done.stderr
    assert "environment of its own" in done.stderr


@pytest.fixture(scope="module")
def wheel(built_page: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make wheel` builds."""
    folder = tmp_path_factory.mktemp("wheel")
    for part in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / part, folder)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    words = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", ".", "."]
    subprocess.run([sys.executable, *words], cwd=folder, check=True, timeout=600)
    (built,) = folder.glob("summit_graph-*.whl")
    return built


def test_a_wheel_holds_the_page_the_stored_queries_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert "graphql_api/page/index.html" in names
    assert "graphql_api/page/graphiql.html" in names
    assert sum(name.endswith(".cypher") for name in names) == len(list((ROOT / "queries").rglob("*.cypher")))
    assert {f"queries/engines/plugin/{name}" for name in (JAR, SUMS, "Walk.java")} <= set(names)
    assert not [name for name in names if name.startswith(("tests/", "bench/"))]


def test_an_installed_wheel_serves_the_page_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """In an environment of its own, which takes only what we depend on from this one."""
    place = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True, timeout=120)
    packages = next(place.glob("lib/python*/site-packages"))
    zipfile.ZipFile(wheel).extractall(packages)
    ours = [Path(folder) for folder in sys.path if folder.endswith("site-packages")]
    (packages / "dependencies.pth").write_text("".join(f"{folder}\n" for folder in ours))
    summit = place / "bin" / "summit"
    summit.write_text(f"#!{place / 'bin' / 'python'}\nfrom summit.start import main\n\nmain()\n")
    summit.chmod(0o755)

    with serving(tmp_path, summit=summit) as service:
        assert isinstance(service, Service)
        with urllib.request.urlopen(service.url, timeout=60) as answer:
            assert b"<title>Summit Graph" in answer.read()
        assert service.ask("{ models { id } }") == {"models": []}


INTERRUPTED_AMID_AN_IMPORT = """
import os, signal, time
import summit.main
from summit.extra import ingest_extra
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, lambda number, _: print("told of", signal.Signals(number).name))
with ingest_extra():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(os.getpid(), number)
    time.sleep(0.1)
    print("imported")
print("on")
"""


def test_a_signal_amid_an_import_is_heeded_at_its_end() -> None:
    """PyTorch aborts the process where an exception meets its code in C++. NumPy, which every command imports, has
    threads that can receive the signal."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_AMID_AN_IMPORT], cwd=ROOT, capture_output=True, text=True, timeout=HANGS
    )
    first, *told, last = done.stdout.splitlines()
    assert (done.returncode, first, last, done.stderr) == (0, "imported", "on", "")
    assert set(told) == {"told of SIGINT", "told of SIGTERM", "told of SIGHUP"}
