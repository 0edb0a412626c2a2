"""The four-letter names of QuickTime, 3GPP and iTunes: what an atom of each tells."""

from __future__ import annotations

from facelint.imagemeta.model import Kind


def kinds(names: str) -> frozenset[bytes]:
    """`~` stands for a space, `^` for a zero."""
    return frozenset(name.replace("~", " ").replace("^", "\0").encode("latin-1") for name in names.split())


def codes(kind: Kind, names: str) -> dict[str, Kind]:
    return dict.fromkeys(names.split(), kind)


ATOMS: dict[bytes, Kind] = {
    name.encode("latin-1"): kind
    for name, kind in {
        **codes(Kind.GPS, "©xyz @xyz"),
        **codes(
            Kind.OWNER_NAMES, "©ART ©aut ©wrt ©com ©dir ©prd ©swf ©arg ©ope ©ard ©sne ©xpd auth aART albr ownr ©src"
        ),
        **codes(Kind.PERSON_NAMES, "©prf ©con ©sol perf"),
        **codes(Kind.COPYRIGHT, "©cpy cprt ©phg"),
        **codes(Kind.CONTACT, "apID"),
        **codes(Kind.CAPTURED_AT, "©day @day date IDIT purd"),
        **codes(Kind.SERIAL_NUMBERS, "slno SNum cmid LENS CAME ©uid MUID"),
        **codes(Kind.UNIQUE_ID, "clid ccid GUMI TTID"),
        **codes(Kind.SOFTWARE, "©swr @swr ©too ©enc FIRM CNFV cver"),
        **codes(
            Kind.FREE_TEXT,
            "©nam ©cmt ©des ©inf ©snm ©lyr ©alb ©grp ©key ©st3 ©ed1 ©ed2 ©ed3 ©ed4 ©ed5 ©ed6 ©ed7 ©ed8 ©ed9 ©cok ©pdk"
            " ©prk ©snk ©swk titl dscp desc ldes sdes albm coll kywd keyw name clfn reel scen shot catg",
        ),
    }.items()
}
"""Of a movie's user data and of iTunes' list. `©ART` and the like name who made it."""
BINARY = kinds("CAME MUID GUMI")
ASSETS = kinds("auth cprt titl dscp perf albm coll kywd")
THUMBNAILS = kinds("thmb scrn RTHU PXTH mcvr thum thm~ CNTH covr")
VENDORS = kinds(
    "TAGS NCDT MVTG FFMV PANA LEIC PENT PXMN GPMF CNOP DcMD Xtra MMA0 MMA1 INFO @sec TTMD QVMI htcb AMBA frea"
    " udat gps~ GPS~ gps0 CNDB ©dji"
)
"""Blocks of makers of cameras in formats of their own."""
QUIET = kinds(
    "rtng clsf WLOC LOOP SelO AllF ptv~ hnti hinf hinv urat tsel yrrc gnre ©gen ©mak ©mod ©mdl @mak @mod manu"
    " modl cmnm angl apmd ©fmt ©req ©trk ©isr ©lab ©lal ©mal ©prl kgtt chpl CNDM CNDG pmcc hmtp vrin GoPr SETT"
    " HMMT FOV^ ©TSC ©TSZ ©TIM ptch _yaw roll vndr SDLN smta smrd saut ducp edli @etc vrot m360 opax opai intv"
    " mtyp tags ©xsp ©ysp ©zsp ©fpt ©fyw ©frl ©gpt ©gyw ©grl ©res cpil disk trkn pgap tmpo stik hdvd rate akID"
    " atID cnID geID plID sfID pcst tven tves tvnn tvsh tvsn soal soar soco sonm sosn soaa shwm ©mvn ©mvi ©mvc"
    " ©wrk purl egid cdis icnu infu lrcu cvru ICAT ardt prrt beam"
)
"""Atoms that tell of a camera's make, of music, of how a movie is played, and the like."""


def name_of(kind: bytes) -> str:
    """Of an atom that is listed here."""
    return kind.decode("latin-1").strip("\0 ")
