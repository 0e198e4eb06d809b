#!/usr/bin/env python3
"""Makes the fonts of this folder from the Noto fonts of Debian (fonts-noto-core, fonts-noto-cjk).

Latin, Greek and Cyrillic come from Noto Sans; every hanzi of GBK (which holds GB 2312), with the
punctuation that goes with it, from Noto Sans CJK SC. Needs fonttools:

    python3 -m venv venv && venv/bin/pip install fonttools && venv/bin/python subset.py
"""
import pathlib
from fontTools import subset
from fontTools.ttLib import TTFont

HERE = pathlib.Path(__file__).parent
LATIN = "/usr/share/fonts/truetype/noto/NotoSans-{}.ttf"
CJK = "/usr/share/fonts/opentype/noto/NotoSansCJK-{}.ttc"
SC = 2  # index of the Simplified Chinese face in the collection


def ranges(*pairs):
    return {c for first, last in pairs for c in range(first, last + 1)}


def gbk():
    """Every character of GBK outside ASCII."""
    found = set()
    for high in range(0x81, 0xFF):
        for low in list(range(0x40, 0x7F)) + list(range(0x80, 0xFF)):
            try:
                text = bytes([high, low]).decode("gbk")
            except UnicodeDecodeError:
                continue
            found.update(map(ord, text))
    return found


def write(font, unicodes, features, name):
    options = subset.Options()
    options.layout_features = features
    options.hinting = False
    options.name_IDs = [0, 1, 2, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    options.glyph_names = False
    options.drop_tables += ["BASE", "DSIG", "VORG", "vhea", "vmtx", "STAT", "meta"]
    options.desubroutinize = False
    worker = subset.Subsetter(options)
    worker.populate(unicodes=unicodes)
    worker.subset(font)
    font["head"].modified = font["head"].created  # the same bytes on every run
    font.recalcTimestamp = False
    font.save(HERE / name)
    print(name, (HERE / name).stat().st_size, "bytes,", len(font.getBestCmap()), "characters")


latin = ranges((0x20, 0x7E), (0xA0, 0x24F), (0x250, 0x2AF), (0x2B0, 0x36F), (0x370, 0x3FF), (0x400, 0x52F),
               (0x1E00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20CF), (0x2100, 0x218F),
               (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2300, 0x23FF), (0x2500, 0x27BF), (0xFB00, 0xFB06))
chinese = {c for c in gbk() if c >= 0x2000} | ranges((0x2190, 0x2193), (0x2460, 0x2473), (0x25A0, 0x25CF),
                                                    (0x3000, 0x303F), (0x30A0, 0x30FF), (0x3040, 0x309F), (0xFF01, 0xFFEE),
                                                    (0x9FA6, 0x9FEF))
for weight in ("Regular", "Bold"):
    write(TTFont(LATIN.format(weight)), latin, ["kern", "mark", "mkmk", "ccmp", "locl"], f"NotoSans-{weight}.ttf")
    write(TTFont(CJK.format(weight), fontNumber=SC), chinese, [], f"NotoSansSC-{weight}.otf")
