# Inspection reports and training certificates.
report-title = { $purpose ->
    [inspection] Inspection report
    [maintenance] Maintenance report
    [training] Training certificate
    [follow-up] Follow-up report
    [call-out] Call-out report
   *[planned-support] Planned support report
}
report-purpose = { $purpose ->
    [inspection] Inspection
    [maintenance] Maintenance
    [training] Training
    [follow-up] Follow-up
    [call-out] Call-out
   *[planned-support] Planned support
}
report-number = No. { $number }
report-page = Page { $page } of { $pages }
report-checks = { $count ->
    [one] { $count } check
   *[other] { $count } checks
}
report-verdict-ok = In good order
report-verdict-attention = Needs attention
report-verdict-fault = Faults found
report-verdict-critical = A critical finding is open
report-verdict-partly = In order as far as it was checked
report-verdict-done = Carried out
report-verdict-incomplete = Incomplete
report-verdict-incomplete-attention = Incomplete, and needs attention
report-verdict-incomplete-fault = Incomplete, faults found
report-verdict-incomplete-critical = Incomplete, and a critical finding is open
report-verdict-checks = { $ok } of { $total } checks in order
report-verdict-findings = { $count ->
    [one] { $count } finding left open
   *[other] { $count } findings left open
}
report-verdict-critical-findings = { $count ->
    [one] { $count } finding left open, and it is critical
   *[other] { $count } findings left open, { $critical } of them critical
}
report-verdict-unanswered = { $count } without an answer
report-verdict-not-inspected = { $count } not inspected
report-verdict-no-findings = no finding left open
report-fact-customer = Customer
report-fact-site = Site
report-fact-carried-out = Carried out
report-booked-engineer = booked: { $name }
report-fact-engineer = Engineer
report-fact-customer-engineer = Customer's engineer
report-fact-issued = Issued
report-fact-revision = Revision
report-fact-previous = Previous report (SHA-256)
report-nobody = nobody
report-from-to = { $from } to { $to }
report-rest-of = What could not be inspected on { $visit }
report-revision-first = { $revision }
report-revision-replaces = { $revision }, replaces revision { $replaced } of { $day }
report-result-ok = OK
report-result-attention = Attention
report-result-fault = Fault
report-result-not-applicable = Not applicable
report-result-not-inspected = Not inspected
report-result-none = No answer
report-section-due = What must be done by when
report-section-not-inspected = Not inspected
report-column-not-inspected = Not inspected
report-column-reason = Reason
report-not-inspected-all = all checks ({ $count })
report-not-inspected-some = { $count } checks
report-section-equipment = Equipment
report-section-checklist = Checks and readings
report-section-findings = Findings
report-section-closed = Earlier findings closed
report-section-advice = Advice
report-section-topics = What was taught
report-section-attendance = Attendance
report-section-remarks = Remarks
report-section-photos = Photos
report-section-signatures = Signatures
report-column-number = No.
report-column-what = What
report-column-kind = Kind
report-column-by = By
report-column-equipment = Equipment
report-column-make-model = Make and model
report-column-serial = Serial number
report-column-phase = Contract phase
report-column-check = Check
report-column-result = Result
report-column-reading = Reading
report-column-limits = Limits
report-column-finding = Finding
report-column-how = How it was closed
report-column-advice = Advice
report-column-name = Name
report-column-role = Role
report-kind-advice = Advice
report-limits-between = { $min } to { $max } { $unit }
report-limits-min = ≥ { $min } { $unit }
report-limits-max = ≤ { $max } { $unit }
report-outside-limits = outside the limits
report-finding-number = Finding { $number }
report-severity = { $severity ->
    [minor] Minor
    [major] Major
   *[critical] Critical
}
report-finding-done = Done on the spot: { $text }
report-finding-closed = Put right during the visit
report-finding-open = Open
report-finding-open-by = Open, to be put right by { $day }
report-finding-equipment = Equipment: { $equipment }
report-photo-number = Photo { $number }
report-photo-missing = The file { $file } could not be read as a picture.
report-photo-alternative = Photo { $number } of the visit: { $caption }
report-photo-no-caption = without caption
report-see-photo = see photo { $number }
report-signature-engineer = For { $company }
report-signature-customer = For { $customer }
report-signature-alternative = Signature of { $name }
report-signature-at = { $day }, { $time } (time at the site)
report-signature-absent = Nobody of the customer's was present to sign. Reason: { $reason }
report-signature-refused = { $name } did not sign. Reason: { $reason }
report-signature-asked = Not signed yet: { $name } has been asked to sign by a link.
report-certificate-statement = { $company } certifies that the persons listed below took part in the training held at { $site } on { $day }.
report-persons = { $count ->
    [one] { $count } person
   *[other] { $count } persons
}
report-ledger-title = Report due by { $day }
report-ledger-window = Due from { $first } to { $last }
report-ledger-held = The clock of the report stands still, so that its due day is not known yet
report-ledger-unknown = The day by which the report is due cannot be counted yet: { $why }
report-footer = { $title } { $number }
report-phase-warranty = In warranty until { $day }
report-phase-maintenance = Maintenance since { $day }
report-replaces = Replaces revision { $replaced } of { $day }
report-fact-number = Number
report-fact-period = Period
report-fact-equipment = Equipment
report-fact-present = Also present
report-contract-number = Contract { $contract }
report-appointed = appointment { $when }
report-and-more = and { $count } more
report-section-trends = Trends
report-section-about = About this document
report-trends-about = { $shown } of { $all } readings with a past: those that are outside their limits, that the engineer marked, that are on their way across a limit before the next visit, or that come nearest to a limit. The band is the range in which all is well.
report-trend-rises = At the pace of the last { $count } visits it passes its upper limit of { $limit } about { $day }, before the next visit on { $next }.
report-trend-rises-expected = At the pace of the last { $count } visits it passes its upper limit of { $limit } about { $day }, before the next visit, expected about { $next }.
report-trend-falls = At the pace of the last { $count } visits it falls below its lower limit of { $limit } about { $day }, before the next visit on { $next }.
report-trend-falls-expected = At the pace of the last { $count } visits it falls below its lower limit of { $limit } about { $day }, before the next visit, expected about { $next }.
report-trend-outside = Outside its limits.
report-trend-outside-since = Outside its limits since { $day }.
report-trend-alternative = { $title }, { $count } visits: from { $from } on { $first } to { $to } on { $last }.
report-column-cost = Cost
report-cost = { $cost ->
    [low] Low
    [medium] Medium
   *[high] High
}
report-verify = Genuine? See
report-verify-alternative = QR code that leads to { $address }
report-column-answer = Reading or answer
report-column-stands = How it stands
report-see-photos = { $count ->
    [one] see photo { $numbers }
   *[other] see photos { $numbers }
}
report-customer-remark = Customer's engineer: { $text }
report-section-customer-remarks = Remarks of the customer's engineer
report-finding-responsible = Responsible: { $name }
report-section-carried = Earlier findings still open
report-finding-found = { $severity ->
    [minor] Minor
    [major] Major
   *[critical] Critical
} · found on { $day }
report-finding-not-looked-at = Not looked at on this visit
report-findings-more = and { $count } more: the site’s file has all of them
report-carried-as-before = Looked at; open as before
report-section-operators = Operators
report-fact-skill = Skill
report-fact-changes = Changes of staff

# The other papers of the office.
paper-issued = Issued { $day }
paper-visit-sheet = Visit sheet
paper-site-file = Site file
paper-service-year = Service year { $year }
paper-fault-analysis = Fault analysis
paper-contact-role = { $role ->
    [operations] Visits
    [reports] Reports
   *[escalation] Escalation
}
paper-visit-state = { $state ->
    [planned] Planned
    [booked] Booked
    [done] Done
   *[cancelled] Cancelled
}
paper-owed = { $owed ->
    [visit] Visit in its period
    [training] Training in its period
    [record] Record handed in
   *[report] Report with the customer
}
paper-minutes = { $count } minutes
paper-name-role-time = Name, role, time
paper-closed-on = Closed { $day }
paper-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
paper-fact-appointment = Appointment
paper-fact-visits-done = Visits carried out
paper-fact-findings-open = Findings open
paper-fact-reported = Reported
paper-fact-cleared = Cleared
paper-fact-author = Answers for it
paper-section-contacts = Contacts
paper-section-open-findings = Open findings
paper-section-not-inspected = Not inspected on an earlier visit
paper-column-last-time = Last time
paper-section-contracts = Contracts
paper-section-visits = Visits and reports
paper-section-trainings = Trainings
paper-section-promises = How promises were kept
paper-section-late = What was late
paper-section-sites = Sites
paper-section-fault = What happened
paper-section-cause = Cause
paper-section-done = What was done
paper-section-prevention = How it is avoided from now on
paper-section-parts = Parts
paper-section-steps = Step by step
paper-column-for = For
paper-column-email = Email
paper-column-closed = Closed
paper-column-severity = Severity
paper-column-remarks = To be written on site
paper-column-not-applicable = N/A
paper-column-accepted = Accepted
paper-column-ends = Ends
paper-column-contract = Contract
paper-column-plan = Service plan
paper-column-day = Day
paper-column-visit = Visit
paper-column-state = State
paper-column-report = Report
paper-column-filed = Reached the customer
paper-column-found = Found
paper-column-promise = Promise
paper-column-owed = Owed
paper-column-share = Kept in time
paper-column-due = Due
paper-column-met = Met
paper-column-late-by = Late by
paper-column-when = When
paper-kept-in-time = In time
paper-kept-late = Late
paper-kept-missing = Missing
paper-verdict-all-kept = All promises kept
paper-verdict-some-late = Some promises were late
paper-verdict-nothing-due = Nothing fell due
paper-verdict-some-missing = Some promises are still owed
paper-verdict-kept = { $kept } of { $all } promises kept in time
paper-fault-level = Level { $level }
paper-fault-cleared = Fault cleared
paper-fault-lasted = cleared after { $hours } h { $minutes } min
paper-photo = photo
paper-only-where = Only where “{ $item }” is: { $what }
