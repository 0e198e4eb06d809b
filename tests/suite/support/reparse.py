"""Compares delivered messages with what the outbox holds, by Python's own email package: reparse.py SENT DELIVERED …

Pairs of files. Every header and part that was sent must have arrived with the same value; servers may only have
added headers. Prints what differs; exits 1 when anything does."""
import sys
from email import policy
from email.parser import BytesParser


def parsed(path):
    with open(path, "rb") as file:
        return BytesParser(policy=policy.default).parse(file)


def parts(message):
    return [
        (part.get_content_type(), part.get_filename(), part.get_content_charset(), part.get_payload(decode=True))
        for part in message.walk()
        if not part.is_multipart()
    ]


different = []
pairs = sys.argv[1:]
for sent_path, delivered_path in zip(pairs[::2], pairs[1::2]):
    sent, delivered = parsed(sent_path), parsed(delivered_path)
    for name in set(sent.keys()):
        there = delivered.get_all(name)
        if not there or there[-len(sent.get_all(name)):] != sent.get_all(name):
            different.append(f"{delivered_path}: {name} is {there}, was {sent.get_all(name)}")
    defects = [str(defect) for part in delivered.walk() for defect in part.defects]
    if defects:
        different.append(f"{delivered_path}: {defects}")
    sent_parts = [(kind, name, charset, text.replace(b"\r\n", b"\n")) for kind, name, charset, text in parts(sent)]
    delivered_parts = [(k, n, c, text.replace(b"\r\n", b"\n")) for k, n, c, text in parts(delivered)]
    if len(sent_parts) < 2 or sent_parts != delivered_parts:
        different.append(f"{delivered_path}: the parts differ")
print("\n".join(different))
sys.exit(1 if different else 0)
