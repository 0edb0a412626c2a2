"""The program: `facelint`, and `python -m facelint`."""

import gc
import os
import sys


def main() -> None:
    """Runs a command and exits with its code; a path that imports nothing answers `--version`."""
    try:
        if sys.argv[1:] == ["--version"]:
            from facelint import __version__

            print(f"facelint {__version__}", flush=True)  # noqa: T201
            return
    except OSError:
        pass  # the commands say what is wrong with standard output
    gc.set_threshold(50_000)  # imports make many objects and no garbage: looking for it took 8% of a short run
    try:
        code = _images(sys.argv[1:])
        if code is not None:
            sys.exit(code)
        from facelint.cli import run

        code = run()
    except KeyboardInterrupt:  # while the commands are being imported
        sys.stderr.write("facelint: interrupted\n")
        code = 130
    if code == 130:
        sys.stderr.flush()
        os._exit(code)  # Arrow's threads may still read, and would abort an orderly end
    sys.exit(code)


def _images(arguments: list[str]) -> int | None:
    """`check-images` with names alone, as pre-commit hands them over: it needs no parser of options, whose import
    takes a third of the time. None where there is more to it, and where something is wrong, which the commands tell.
    """
    command, *names = arguments or [""]
    if command != "check-images" or not names or any(name.startswith("-") for name in names):
        return None
    try:
        from facelint import engine

        engine.start()
        from facelint.gates import images
        from facelint.streams import speak_utf8

        speak_utf8()
        told, code = images.check(names)
        sys.stdout.write(told)
        sys.stdout.flush()
    except Exception:
        return None
    return code


if __name__ == "__main__":
    main()
