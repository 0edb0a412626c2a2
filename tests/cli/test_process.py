"""The program as a process: its imports, its output going nowhere, Ctrl-C."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from running import AS_OF, KEY, ROOT, command, environment, facelint, jsonl, lines, policy, spawned

STUDIO = ROOT / "examples" / "studio-portraits"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset whose report is larger than a pipe holds."""
    folder = tmp_path_factory.mktemp("large")
    jsonl(folder / "manifest.jsonl", ({"path": f"{i}.jpg", "license": "GPL-2.0-only"} for i in range(3_000)))
    policy(folder, "id: a, require: {license: MIT}")
    return folder


def options(folder: Path) -> list[str]:
    return ["check", str(folder), "--policy", str(folder / "own-policy.yaml")]


def imported(*arguments: str) -> set[str]:
    """The top-level modules that a process has loaded when the program ends in it."""
    code = (
        "import json, sys; sys.argv[0] = 'facelint'; from facelint.__main__ import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "sys.stderr.write(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    process = [sys.executable, "-c", code, *arguments]
    ended = subprocess.run(process, capture_output=True, text=True, env=environment(), timeout=60, check=True)
    return set(json.loads(ended.stderr.splitlines()[-1]))


def test_version_imports_next_to_nothing() -> None:
    assert not imported("--version") & {"typer", "rich", "pyarrow", "numpy", "yaml", "PIL", "pandas"}


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["policy", "lint", "--help"]])
def test_help_imports_no_engine(arguments: list[str]) -> None:
    assert not imported(*arguments) & {"pyarrow", "numpy", "yaml", "PIL", "pandas"}


def test_a_check_of_a_manifest_imports_no_reader_of_pictures(large: Path) -> None:
    assert not imported(*options(large)) & {"PIL", "rich", "piexif"}


@pytest.mark.parametrize("arguments", [["policy", "lint", "essentials"], ["policy", "test", "essentials"], ["rules"]])
def test_what_knows_no_dataset_imports_no_pandas(arguments: list[str]) -> None:
    assert "pandas" not in imported(*arguments)


def test_a_check_imports_no_pandas(large: Path) -> None:
    assert "pandas" not in imported(*options(large))


def test_a_mistake_imports_no_engine() -> None:
    assert not imported("check", "--policy") & {"pyarrow", "numpy", "PIL", "pandas"}


def test_a_pipe_that_nobody_reads_any_more(large: Path) -> None:
    """As `facelint check … | head -1` leaves it."""
    process = subprocess.Popen(
        command(*options(large), "--format", "json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == b"{\n"
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [["--version"], ["rules"], []])
def test_standard_output_that_takes_nothing(large: Path, arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            command(*(arguments or options(large))), stdout=full, stderr=subprocess.PIPE, text=True, env=environment(),
            timeout=60, check=False,
        )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr == "facelint: standard output: cannot be written (No space left on device)\n"


def test_an_output_that_has_no_character_for_it(tmp_path: Path) -> None:
    lines(tmp_path / "manifest.csv", ["path,source_name", "a.jpg,张三 é 😀"])
    own = policy(tmp_path, "id: a, require: {source_name: nobody}")
    ended = spawned("check", tmp_path, "--policy", own, PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0")
    assert (ended.code, ended.err) == (1, "")
    assert "张三 é 😀" in ended.out


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet", "json"])
def test_a_file_that_may_not_grow_is_not_left_half_written(large: Path, tmp_path: Path, kind: str) -> None:
    """As on a disk that fills up while it is written."""
    target = tmp_path / f"report.{kind}"
    target.write_text("old")
    option = ["--output", f"json={target}"] if kind == "json" else ["--findings", str(target)]
    ended = subprocess.run(
        command(*options(large), *option), capture_output=True, text=True, env=environment(), timeout=60, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (2, f"facelint: {target}: cannot be written (File too large)\n")
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    assert target.read_text() == "old"


def interrupted(process: subprocess.Popen[str]) -> tuple[int, str]:
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    return process.returncode, err


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_ctrl_c_in_the_middle_of_a_run(tmp_path: Path, kind: str) -> None:
    jsonl(tmp_path / "manifest.jsonl", ({"path": f"{i}.jpg"} for i in range(400_000)))
    policy(tmp_path, "id: a, require: {license: MIT}")
    (tmp_path / "out").mkdir()
    arguments = [*options(tmp_path), "--findings", str(tmp_path / "out" / f"findings.{kind}")]
    process = subprocess.Popen(
        command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    )
    begun = time.monotonic()
    while not list((tmp_path / "out").iterdir()) and time.monotonic() < begun + 30:
        time.sleep(0.01)
    assert interrupted(process) == (130, "facelint: interrupted; no file was left half written\n")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("delay", [0.15, 0.3, 0.45])
def test_ctrl_c_while_modules_are_being_imported(delay: float) -> None:
    """Wherever it hits: one line or none, and no traceback. Earlier than that it is Python's own to answer."""
    process = subprocess.Popen(
        command("check", STUDIO), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    )
    time.sleep(delay)
    code, err = interrupted(process)
    assert (code == 130 and err.startswith("facelint: interrupted") and err.count("\n") == 1) or (code, err) == (0, "")


def test_a_progress_bar_only_where_it_is_wanted(large: Path) -> None:
    plain, shown = facelint(*options(large)), facelint(*options(large), "--progress")
    assert (plain.code, plain.err) == (1, "")
    assert (shown.code, shown.out) == (1, plain.out)


def test_processes_that_start_together_agree_on_one_key(large: Path, tmp_path: Path) -> None:
    started = [
        subprocess.Popen(
            command(*options(large), "--format", "json"), stdout=subprocess.PIPE, text=True,
            env=environment(XDG_CONFIG_HOME=str(tmp_path)),
        )
        for _ in range(2)
    ]  # fmt: skip
    keys = {json.loads(process.communicate(timeout=60)[0])["hash_key"] for process in started}
    assert len(keys) == 1
    assert [path.name for path in (tmp_path / "facelint").iterdir()] == ["hash.key"]


def test_two_runs_give_the_same_bytes_apart_from_timing(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(KEY)
    market = ROOT / "examples" / "masked-face-market"
    runs = [
        spawned(
            "check", market, "--format", "json", "--hash-key-file", tmp_path / "key", "--as-of", AS_OF, PYTHONHASHSEED=n
        )
        for n in ("1", "2")
    ]
    shown = [run.out.partition('  "timing": ')[0] for run in runs]
    assert shown[0] == shown[1]
    assert shown[0] != runs[0].out
