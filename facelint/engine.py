"""Arrow as the program starts it: without pandas, which facelint itself needs in no command."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from importlib.metadata import entry_points


class _NoPandas(MetaPathFinder):
    def find_spec(self, name: str, path: object, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def start() -> None:
    """Imports pyarrow, and lets it find no pandas while it makes its first array.

    That is when pyarrow imports pandas where it is installed, which takes longer than to check ten pictures. Of what
    it does not find then it never takes the null values for its own: probes of other people, who may use pandas, keep
    it as it is.
    """
    if "pandas" in sys.modules or entry_points(group="facelint.probes"):
        return
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        import pyarrow as pa

        pa.array([""])
    finally:
        sys.meta_path.remove(finder)
