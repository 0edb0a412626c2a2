"""The program: `facelint`, and `python -m facelint`."""

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
    try:
        from facelint.cli import run

        code = run()
    except KeyboardInterrupt:  # while the commands are being imported
        sys.stderr.write("facelint: interrupted\n")
        code = 130
    if code == 130:
        sys.stderr.flush()
        os._exit(code)  # Arrow's threads may still read, and would abort an orderly end
    sys.exit(code)


if __name__ == "__main__":
    main()
