# Proof of a report: in the file itself, and on the page that its code leads to.

verify-signature-of = Digital signature of { $company }
verify-shortened = This report is shortened: { $shown } of { $total } rows are shown, and long texts are cut. The whole record is in this file, as record.json.

verify-title = Report { $number }
verify-certificate-title = Certificate { $number }
verify-intro = { $company } issued this document. Compare your copy with the details below.
verify-site = Site
verify-done = Visit completed
verify-issued = Issued
verify-revision = Revision
verify-hash = SHA-256 of the file
verify-latest = This is the latest revision.
verify-superseded = Revision { $revision } has replaced it. Ask for that one.
verify-upload = Compare a file
verify-upload-hint = Choose the PDF that you received. It is compared byte by byte, and not stored.
verify-file = PDF file
verify-compare = Compare
verify-same = Genuine: this file is the report, byte for byte.
verify-same-superseded = This file is a genuine report, and revision { $revision } has replaced it.
verify-another = This file is another genuine document of { $company }: { $number }.
verify-different = This file is not the report. It was altered, or it is another document.
verify-too-large = This file is too large to be a report.
verify-none = No file was chosen.
verify-by-hand = Without sending the file: compute its SHA-256 (Windows: certutil -hashfile FILE SHA256; macOS: shasum -a 256 FILE; Linux: sha256sum FILE) and compare it with the one above.
