#!/usr/bin/env python3
"""Makes srgb.icc: sRGB (IEC 61966-2-1) as a small ICC version 2 profile, in the public domain (CC0)."""
import pathlib
import struct


def s15(value):
    return struct.pack(">i", round(value * 65536))


def xyz(*values):
    return b"XYZ \0\0\0\0" + b"".join(map(s15, values))


def description(text):
    body = text.encode() + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(body)) + body + bytes(4 + 4 + 2 + 1 + 67)


def linear(x):
    return x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4


curve = b"curv\0\0\0\0" + struct.pack(">I", 1024) + b"".join(
    struct.pack(">H", round(linear(i / 1023) * 65535)) for i in range(1024))
tags = [
    (b"desc", description("sRGB")),
    (b"cprt", b"text\0\0\0\0CC0\0"),
    (b"wtpt", xyz(0.9505, 1.0, 1.0891)),
    (b"rXYZ", xyz(0.43607, 0.22249, 0.01392)),
    (b"gXYZ", xyz(0.38515, 0.71687, 0.09708)),
    (b"bXYZ", xyz(0.14307, 0.06061, 0.71410)),
    (b"rTRC", curve), (b"gTRC", curve), (b"bTRC", curve),
]
offset, table, data, placed = 128 + 4 + 12 * len(tags), b"", b"", {}
for name, body in tags:
    if body not in placed:
        placed[body] = offset + len(data)
        data += body + bytes(-len(body) % 4)
    table += name + struct.pack(">II", placed[body], len(body))
size = offset + len(data)
header = struct.pack(">I4sI4s4s4s", size, b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(4 + 4 + 4 + 4 + 8 + 4)
header += s15(0.9642) + s15(1.0) + s15(0.8249)
header += bytes(128 - len(header))
profile = header + struct.pack(">I", len(tags)) + table + data
pathlib.Path(__file__).with_name("srgb.icc").write_bytes(profile)
print(len(profile), "bytes")
