"""Other people's tools, each in an environment of its own with facelint: made where FACELINT_INTEGRATIONS says.

Without it these tests are skipped: `make test-integrations` sets it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from running import ROOT

EXAMPLES = ROOT / "examples"
VARIABLE = "FACELINT_INTEGRATIONS"


def environment(name: str, *packages: str, facelint: bool = True) -> Path:
    """The folder of programs of an environment with these packages, which is made once and kept."""
    base = os.environ.get(VARIABLE)
    if not base:
        pytest.skip(f"installs {' '.join(packages)}: {VARIABLE} says where (make test-integrations)")
    folder = Path(base).resolve() / name
    made = folder / ".made"
    wanted = "\n".join(packages)
    if not made.is_file() or made.read_text("utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        own = ["--editable", str(ROOT)] if facelint else []
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *own, *packages], check=True)
        made.write_text(wanted, "utf-8")
    return folder / "bin"


def run(programs: Path, *command: str | Path, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A command with the programs of an environment found first, and none of this process's own packages."""
    left_out = ("PYTHONPATH", "VIRTUAL_ENV", "COVERAGE_FILE", "COVERAGE_PROCESS_START")
    kept = {name: value for name, value in os.environ.items() if name not in left_out and not name.startswith("GIT_")}
    path = os.pathsep.join([str(programs), kept.get("PATH", "")])
    return subprocess.run(
        list(map(str, command)), cwd=cwd, env={**kept, "PATH": path, **more}, capture_output=True, text=True,
        timeout=600, check=False,
    )  # fmt: skip
