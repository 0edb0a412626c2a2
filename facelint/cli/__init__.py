"""The command line: the commands, and what becomes of an error in any of them."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from facelint.cli import (
    attest,
    baseline,
    check,
    check_images,
    explain,
    facts,
    inspect,
    keygen,
    policy,
    rules,
    verify,
    waive,
)
from facelint.errors import UserError
from facelint.streams import speak_utf8

app = typer.Typer(
    name="facelint",
    help="A compliance linter for face-image datasets.",
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("check")(check.check)
app.command("check-images")(check_images.check_images)
app.command("rules")(rules.rules)
app.command("explain")(explain.explain)
app.command("facts")(facts.facts)
app.command("inspect")(inspect.inspect)
app.command("waive")(waive.waive)
app.command("baseline")(baseline.baseline)
app.command("attest")(attest.attest)
app.command("verify")(verify.verify)
app.command("keygen")(keygen.keygen)
app.add_typer(policy.app, name="policy")


def _version(asked: bool) -> None:
    if asked:
        from facelint import __version__

        typer.echo(f"facelint {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A compliance linter for face-image datasets.

    Exit codes: 0 all passed, 1 something failed, 2 a mistake in what was asked for, 3 not everything was examined.
    """


def run() -> int:
    """Runs the command of `sys.argv` and gives its exit code; no error leaves a traceback or half a line."""
    try:
        speak_utf8()
        code = app(sys.argv[1:] or ["--help"], standalone_mode=False)
    except UserError as error:
        return _say(str(error), 2)
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted()
    except SystemExit as stop:  # typer's answer to a pipe that nobody reads any more
        if not isinstance(stop.__context__, BrokenPipeError):
            raise
        _give_up_output()
        return 141
    except OSError as error:
        if error.filename is not None:
            return _unexpected(error)
        _give_up_output()
        return _say(f"standard output: cannot be written ({error.strerror or type(error).__name__})", 2)
    except Exception as error:  # the last border: a bug is told by its place, never with the values it met
        return _unexpected(error)
    if code == 130:  # typer's answer to Ctrl-C
        return _interrupted()
    return code if isinstance(code, int) else 0


def _give_up_output() -> None:
    """What is still buffered goes nowhere, so that Python does not try and fail again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _interrupted() -> int:
    return _say("interrupted; no file was left half written", 130)


def _say(message: str, code: int) -> int:
    from facelint.formats.escape import line

    for one in message.split("\n"):
        print("facelint: " + line(one, 400), file=sys.stderr)  # noqa: T201
    return code


def _unexpected(error: Exception) -> int:
    show = getattr(error, "format_message", None)
    if show is not None:  # a usage error of the command line's own
        return _say(f"{show()} (see facelint --help)", 2)
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else ""  # noqa: PTH119
    return _say(f"internal error: {type(error).__name__}{place}; please report it", 2)
