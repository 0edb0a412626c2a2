"""Why an attestation is not accepted."""

from __future__ import annotations


class Refused(Exception):
    """What is attested does not hold, or is not shown to. `reasons` are sentences of one line each."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = reasons

    def __str__(self) -> str:
        return "; ".join(self.reasons)
