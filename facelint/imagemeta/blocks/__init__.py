"""The blocks that formats carry, one module each: EXIF, XMP, IPTC and the others, wherever they stand."""
