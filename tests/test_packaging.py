"""What is built from the checkout: a wheel that works wherever it is installed, with the packs inside."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest
from running import ROOT, environment

PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]


def run(*command: str | Path, cwd: Path, path: Path | None = None) -> str:
    environ = environment() | {"PYTHONPATH": "" if path is None else str(path), "PIP_NO_INPUT": "1"}
    ended = subprocess.run(
        list(map(str, command)), cwd=cwd, env=environ, capture_output=True, text=True, timeout=300, check=False
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return ended.stdout


@pytest.fixture(scope="module")
def hatchling(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the build backend, which needs not be installed where the tests run."""
    folder = tmp_path_factory.mktemp("hatchling")
    run(*PIP, "install", "--target", folder, "hatchling>=1.25", cwd=folder)
    return folder


@pytest.fixture(scope="module")
def archive(hatchling: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive of the checkout."""
    folder = tmp_path_factory.mktemp("archive")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, cwd=ROOT, path=hatchling)
    (made,) = folder.glob("*.tar.gz")
    return made


@pytest.fixture(scope="module")
def wheel(hatchling: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(*PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, ROOT, cwd=folder, path=hatchling)
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_holds_the_package_the_packs_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
    packs = {f"facelint/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "rules").rglob("*") if path.is_file()}
    schemas = {path.relative_to(ROOT).as_posix() for path in (ROOT / "facelint" / "schemas").iterdir()}
    assert packs | schemas | {"facelint/py.typed", "facelint/rules/essentials.yaml"} <= names
    assert "facelint/schemas/report.schema.json" in names
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"facelint"}
    assert not [name for name in names if "/test" in name or name.endswith((".pyc", ".jpg", ".key"))]
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]


def test_an_installed_wheel_finds_its_packs(wheel: Path, tmp_path: Path) -> None:
    """Away from the checkout: `--policy essentials` works from an installed package."""
    target = tmp_path / "target"
    run(*PIP, "install", "--no-deps", "--no-index", "--target", target, wheel, cwd=tmp_path)
    (tmp_path / "elsewhere").mkdir()
    libraries = os.pathsep.join([str(target), sysconfig.get_path("purelib")])

    def installed(*arguments: str) -> str:
        return run(sys.executable, "-P", *arguments, cwd=tmp_path / "elsewhere", path=Path(libraries))

    assert Path(installed("-c", "import facelint; print(facelint.__file__)").strip()).is_relative_to(target)
    assert "essentials/no-gps" in installed("-m", "facelint", "rules")
    assert "answered as they say" in installed("-m", "facelint", "policy", "test", "essentials")
    assert installed("-m", "facelint", "--version").startswith("facelint ")


def test_the_source_archive_holds_all_that_a_build_and_a_reader_need(archive: Path) -> None:
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    assert {"LICENSE", "pyproject.toml", "rules/essentials.yaml", "facelint/py.typed", "Makefile"} <= names
    assert any(name.startswith("tests/") for name in names)


def test_a_wheel_made_of_the_source_archive_is_that_of_the_checkout(
    archive: Path, wheel: Path, hatchling: Path, tmp_path: Path
) -> None:
    run(*PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", tmp_path, archive, cwd=tmp_path, path=hatchling)
    (made,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(made) as one, zipfile.ZipFile(wheel) as other:
        assert sorted(one.namelist()) == sorted(other.namelist())
