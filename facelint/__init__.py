"""facelint: a compliance linter for face-image datasets."""

__version__ = "0.1.0"
