"""Which programs edit pictures and which generate them, by their names and by what they write."""

from __future__ import annotations

import re

_EDITORS = re.compile(
    r"\b(?:photoshop|lightroom|camera raw|adobe (?:firefly|express|bridge|fireworks|illustrator)|imageready|gimp"
    r"|affinity|pixelmator|paint\.net|paintshop|paint shop|corel|photo-paint|photopaint|photoimpact|krita"
    r"|procreate|clip studio|meitu|xiuxiu|beautyplus|airbrush|makeupplus|facetune|faceapp|youcam|b612|ulike|faceu"
    r"|camera360|sweet selfie|snapseed|vsco|picsart|canva|fotor|befunky|pixlr|photopea|polarr|remini|prequel|lensa"
    r"|afterlight|instasize|photoroom|picmonkey|photoscape|photofiltre|photodirector|photo ?grid|lightleap"
    r"|photoleap|capcut|jianying|xingtu|hypic|wuta|mojito|luminar|skylum|capture one|dxo|on1|topaz|darktable"
    r"|rawtherapee|digikam|art rawconverter|aftershot|acdsee|picasa|google photos|apple photos|apple aperture"
    r"|iphoto|photo ?editor|photo ?lab|portrait ?pro|imagenomic|nik collection|sketchbook|paint tool sai|medibang"
    r"|mspaint|microsoft paint|windows photo|photo gallery|zoner|photoline|seashore|inkscape|figma|silkypix"
    r"|capture nx|nx studio|viewnx|digital photo professional|phocus|irfanview|xnview|faststone|photomatix"
    r"|aurora hdr|ptgui|hugin|photo ?mechanic|helicon)\b",
    re.IGNORECASE,
)


def edits(name: str) -> bool:
    """Whether a program of this name edits pictures. Firmware and converters, such as ImageMagick, do not."""
    return _EDITORS.search(name) is not None


_GENERATORS = re.compile(
    r"\b(?:stable diffusion|midjourney|dall[-·. ]?e|novelai|comfyui|invokeai|fooocus|automatic1111|draw things"
    r"|leonardo\.ai|ideogram|diffusionbee|swarmui|easy diffusion|this ?person ?does ?not ?exist|stylegan)\b",
    re.IGNORECASE,
)
_PROMPTS = re.compile(
    r"\bSteps: ?\d+, ?(?:Sampler|Size|Seed|CFG scale|Model)"
    r'|"(?:uc|cfg_scale|negative_prompt|class_type|sui_image_params)"\s*:'
    r"|\bJob ID: [0-9a-f]{8}-[0-9a-f]{4}-"
)
"""As Stable Diffusion's web interfaces, NovelAI and ComfyUI, and Midjourney write the settings of a picture."""


_NEAR = 2**14


def generates(name: str) -> bool:
    """Whether a program of this name makes pictures up."""
    return _GENERATORS.search(name) is not None


def holds_prompt(text: str) -> bool:
    """Whether a text has, near its begin, the shape of what a picture was generated from."""
    return _PROMPTS.search(text, 0, _NEAR) is not None
