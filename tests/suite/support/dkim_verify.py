"""Verifies every DKIM signature of the messages in the files named after the record's file, by dkimpy: another
implementation than ours. The records' file has a line "name TXT" for each key. Prints a line a file; exits 1 when
one does not verify."""
import sys

import dkim

records = {}
with open(sys.argv[1], encoding="ascii") as lines:
    for line in lines:
        name, text = line.rstrip("\n").split(" ", 1)
        records[name.rstrip(".").encode()] = text.encode()


def holds(message, number):
    try:
        return dkim.DKIM(message).verify(idx=number, dnsfunc=looked_up)
    except dkim.DKIMException:
        return False


def looked_up(name, timeout=5):
    return records.get(name.rstrip(b"."))


failed = False
for path in sys.argv[2:]:
    with open(path, "rb") as file:
        message = file.read()
    signatures = message.lower().split(b"\r\n\r\n")[0].count(b"dkim-signature:")
    verdicts = [holds(message, n) for n in range(signatures)]
    failed = failed or not verdicts or not all(verdicts)
    print(path, verdicts)
sys.exit(1 if failed else 0)
