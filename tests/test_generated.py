"""What is derived from the code is as the code says."""

from __future__ import annotations

import sys
from importlib import util
from pathlib import Path

import pytest
from running import ROOT

sys.path.append(str(ROOT / "docs"))
spec = util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
assert spec is not None
assert spec.loader is not None
generate = util.module_from_spec(spec)
spec.loader.exec_module(generate)


GENERATED: dict[Path, str] = generate.generated()


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_generated_file_is_fresh(path: Path) -> None:
    assert path.read_text("utf-8") == GENERATED[path], "stale: make generate"


def test_no_page_is_left_of_a_pack_that_is_gone() -> None:
    assert set((ROOT / "docs" / "rules").glob("*")) <= GENERATED.keys()


def test_the_probe_that_is_shown_whole_is_the_one_there_is() -> None:
    shown = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert (ROOT / "facelint" / "probes" / "clock.py").read_text(encoding="utf-8") in shown
