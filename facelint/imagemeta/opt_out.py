"""What a file says about mining it or training on it: one spelling for each statement, and what all of them come to.

Statements are PLUS data mining values (LDF 2.0.1 and the drafts of 2023), the entries of the C2PA and CAWG assertions
on training and data mining, the reservation of TDMRep, and `noai`. None of their spellings holds what is unknown here,
but for upper-case words of the shape that PLUS gives its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

STANCES = ("none", "allowed", "constrained", "prohibited")
"""From nothing said to the strictest."""

_PLUS: dict[str, tuple[str, str]] = {
    "DMI-UNSPECIFIED": ("none", "none"),
    "DMI-ALLOWED": ("allowed", "allowed"),
    "DMI-PROHIBITED-AIMLTRAINING": ("prohibited", "prohibited"),
    "DMI-PROHIBITED-GENAIMLTRAINING": ("none", "prohibited"),
    "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING": ("prohibited", "prohibited"),
    "DMI-PROHIBITED": ("prohibited", "prohibited"),
    "DMI-PROHIBITED-SEECONSTRAINT": ("constrained", "constrained"),
    "DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR": ("constrained", "constrained"),
    "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR": ("constrained", "constrained"),
    "DMI-ALLOWED-noaitraining": ("prohibited", "prohibited"),
    "DMI-ALLOWED-noaigentraining": ("allowed", "prohibited"),
    "DMI-SEE-constraint": ("constrained", "constrained"),
    "DMI-SEE-embeddedrightsexpr": ("constrained", "constrained"),
    "DMI-SEE-linkedrightsexpr": ("constrained", "constrained"),
}
"""PLUS values with what they say of training and of training generative models; the last five are of the draft."""

_PHRASES = {
    "unspecified": "DMI-UNSPECIFIED",
    "unspecifiednoprohibitiondefined": "DMI-UNSPECIFIED",
    "allowed": "DMI-ALLOWED",
    "prohibited": "DMI-PROHIBITED",
    "prohibitedaimltraining": "DMI-PROHIBITED-AIMLTRAINING",
    "prohibitedforaimltraining": "DMI-PROHIBITED-AIMLTRAINING",
    "prohibitedgenaimltraining": "DMI-PROHIBITED-GENAIMLTRAINING",
    "prohibitedforgenerativeaimltraining": "DMI-PROHIBITED-GENAIMLTRAINING",
    "prohibitedexceptsearchengineindexing": "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING",
    "prohibitedexceptforsearchengineindexing": "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING",
    "prohibitedseeconstraint": "DMI-PROHIBITED-SEECONSTRAINT",
    "prohibitedseeconstraints": "DMI-PROHIBITED-SEECONSTRAINT",
    "prohibitedseeotherconstraintsproperty": "DMI-PROHIBITED-SEECONSTRAINT",
    "prohibitedseeplusotherconstraints": "DMI-PROHIBITED-SEECONSTRAINT",
    "prohibitedseeembeddedencodedrightsexpressionproperty": "DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR",
    "prohibitedseeiptcextembdencrightsexpr": "DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR",
    "prohibitedseelinkedencodedrightsexpressionproperty": "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR",
    "prohibitedseeiptcextlinkedencrightsexpr": "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR",
}
"""The values as PLUS and IPTC describe them, which some programs write instead; letters only."""

_BY_UPPER = {word.upper(): word for word in _PLUS}
_WORD = re.compile("DMI-[A-Z0-9-]{1,56}")
_NOT_LETTERS = re.compile("[^a-z]+")

_ENTRIES = {
    "data_mining": ("mining", "mining"),
    "ai_inference": ("", ""),
    "ai_training": ("use", ""),
    "ai_generative_training": ("", "use"),
}
_USES = {"allowed": "allowed", "notAllowed": "prohibited", "constrained": "constrained"}
_MARKS = {
    "tdm:reservation=1": ("prohibited", "prohibited"),
    "tdm:reservation=0": ("allowed", "allowed"),
    "tdm:policy": ("constrained", "constrained"),
    "noai": ("prohibited", "prohibited"),
    "noimageai": ("prohibited", "prohibited"),
}


def data_mining(value: str) -> str:
    """The signal of a `plus:DataMining` value: a URI, its last word, or its description; empty where it is none."""
    word = re.split("[/#:]", value.strip().rstrip("/"))[-1].upper()
    if known := _BY_UPPER.get(word):
        return f"plus:{known}"
    if phrase := _PHRASES.get(_NOT_LETTERS.sub("", value.lower()) if len(value) < 200 else ""):
        return f"plus:{phrase}"
    return f"plus:{word}" if _WORD.fullmatch(word) else ""


def entry(key: str, use: str, explained: bool) -> str:
    """The signal of one entry of a training and data mining assertion, `key` as `c2pa.ai_training`.

    `constrained` that is not `explained` by further information is to be treated as `notAllowed` (CAWG training and
    data mining 1.1, "Assertion definition"), and is given as that. A use that is not known is `other`, and so is the
    key of a claim generator's own making.
    """
    family, _, name = key.partition(".")
    if family not in ("c2pa", "cawg") or name not in _ENTRIES:
        key = "c2pa.other"
    if use == "constrained" and not explained:
        use = "notAllowed"
    return f"{key}={use if use in _USES else 'other'}"


def reservation(value: str) -> str:
    """The signal of a TDMRep reservation; empty where the value is blank."""
    value = value.strip().lower()
    return value and f"tdm:reservation={'0' if value in ('0', 'false', 'no') else '1'}"


def stances(signals: Iterable[str]) -> tuple[str, str]:
    """What the signals together say of training, and of training generative models: the strictest of them each."""
    training = generative = 0
    for signal in signals:
        one, other = _stance(signal)
        training = max(training, STANCES.index(one))
        generative = max(generative, STANCES.index(other))
    return STANCES[training], STANCES[generative]


def _stance(signal: str) -> tuple[str, str]:
    """What is not known says something, if not what: `constrained`."""
    if signal in _MARKS:
        return _MARKS[signal]
    family, _, rest = signal.partition(":")
    if family == "plus":
        return _PLUS.get(rest, ("constrained", "constrained"))
    key, _, use = signal.partition("=")
    name = key.partition(".")[2]
    stance = _USES.get(use, "constrained")
    if name not in _ENTRIES:
        return ("none", "none") if stance == "allowed" else ("constrained", "constrained")
    training, generative = _ENTRIES[name]
    return _said(training, stance), _said(generative, stance)


def _said(about: str, stance: str) -> str:
    """Mining that is not allowed puts training under constraint; mining that is allowed does not allow training."""
    if about == "mining":
        return "none" if stance == "allowed" else "constrained"
    return stance if about else "none"
