"""Says what pyHanko makes of a PDF's signature: pades.py FILE.pdf ROOTS.pem"""

import sys
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

report, roots = sys.argv[1:]
with open(roots, "rb") as file:
    certificates = [x509.Certificate.load(der) for _, _, der in pem.unarmor(file.read(), multiple=True)]
with open(report, "rb") as file:
    [signature] = PdfFileReader(file, strict=True).embedded_signatures
    status = validate_pdf_signature(
        signature,
        ValidationContext(trust_roots=certificates),
        ts_validation_context=ValidationContext(trust_roots=certificates),
    )
    attributes = {attribute["type"].native for attribute in signature.signer_info["signed_attrs"]}
    # ETSI EN 319 142-1, 6.3: what a baseline signature must have, and must not.
    baseline = (
        signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
        and {"content_type", "message_digest", "signing_certificate_v2"} <= attributes
        and "signing_time" not in attributes
        and "/M" in signature.sig_object
    )
    stamp = status.timestamp_validity
    level = "none" if not baseline else "B-B" if stamp is None else "B-T" if stamp.valid and stamp.trusted else "bad stamp"
    words = [
        level,
        "intact" if status.intact else "changed",
        "valid" if status.valid else "invalid",
        "trusted" if status.trusted else "untrusted",
        status.coverage.name.lower().replace("_", "-"),
        "untouched" if status.modification_level.name == "NONE" else status.modification_level.name.lower(),
    ]
    print(" ".join(words))
