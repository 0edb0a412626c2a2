"""Whether RE2 takes a pattern, asked of the engine that will run it."""

from __future__ import annotations

from functools import lru_cache

from facelint.yaml_tree import quoted

MAX_PATTERN = 10_000


@lru_cache(maxsize=4096)
def refusal(pattern: str) -> str:
    """Why a pattern cannot be used, as a message; an empty string where it can.

    It is tried alone as well as in its frame, so that `a)|(b` does not pass by closing the frame's group.
    """
    if len(pattern) > MAX_PATTERN:
        return f"a pattern of more than {MAX_PATTERN:,} characters"
    import pyarrow
    import pyarrow.compute

    for tried in (pattern, rf"\A(?s:{pattern})\z"):
        try:
            pyarrow.compute.match_substring_regex(pyarrow.array([""]), tried)
        except (pyarrow.ArrowInvalid, UnicodeEncodeError) as error:
            reason = str(error) if isinstance(error, pyarrow.ArrowInvalid) else "not valid text"
            return "RE2 refuses the pattern: " + quoted(reason.removeprefix("Invalid regular expression: "))
    return ""
