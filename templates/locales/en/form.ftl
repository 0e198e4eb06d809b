# The form on the engineer’s phone, and the page on which the customer’s engineer signs.

# frame
form-skip = Skip to the content
form-overview = Overview
form-onwards = Onwards
form-sections = Sections
form-back = Back
form-close = Close
form-next = Next
form-go-on = Go on
form-yes = Yes
form-no = No
form-language = Language
form-language-missing = { $name } is not on this phone yet, and there is no signal to fetch it. Try again where there is.
form-remove = Remove
form-clear = Clear the answer
form-removed = Removed: { $what }
form-kind-findings = finding
form-kind-advice = advice
form-kind-topics = topic
form-kind-attendance = person
form-kind-present = person
form-kind-photos = photo
form-bring-back = Undo
form-reload = Reload
form-required = required
form-name = Name
form-role = Role
form-email = E-mail
form-visit = Visit
form-visits = Visits on this phone
form-visits-stopped = Needs a correction before it can be sent
form-visits-waiting = Handed in, waits to be sent
form-visits-begun = Started, not handed in
form-visits-new = Nothing filled in yet
form-visits-cancelled = Cancelled
form-engineer = Engineer
form-hotline = Call the office: { $number }
form-purpose-inspection = Inspection
form-purpose-maintenance = Maintenance
form-purpose-training = Training
form-purpose-follow-up = Follow-up
form-purpose-call-out = Call-out
form-purpose-planned-support = Planned support
form-span-days = { $count ->
    [one] 1 day
   *[other] { $count } days
}
form-span-hours = { $count } h
form-span-minutes = { $count } min

# where the record is
form-state-phone = On this phone only
form-state-phone-detail = Everything that you fill in is kept here at once.
form-state-kept = Kept on the phone at { $time }. Not handed in yet.
form-state-mirrored = Not handed in yet
form-state-mirrored-detail = The office has a copy of the draft of { $time }.
form-state-sending = Sending
form-state-sending-photos = Sending, { $sent } of { $all } photos
form-state-sending-detail = It stays on this phone until the office has it.
form-state-waits-signal = Waiting for a signal. It will then be sent automatically.
form-state-waits = No answer from the office. Next attempt at { $time }.
form-state-told-to-wait = The office is busy. Next attempt at { $time }.
form-state-no-link = The office no longer knows this phone. Open the link in the letter again.
form-state-asked = The office asks about a time.
form-state-refused = Something has to be corrected first.
form-state-bad-photo = A photo could not be sent.
form-state-too-large = Too large for the office.
form-state-received = Received by the office at { $time }
form-state-receipt = Receipt { $receipt }
form-state-review = Kept for review since { $time }
form-state-unproven = Answered, but not confirmed yet
form-state-done = The office has a record of this visit
form-storage-full = The storage of this phone is full.
form-storage-broken = This phone does not keep what is typed.
form-storage-detail = What you typed last is on the screen only. Leave this page open, save it to a file, and free some space.
form-storage-none = This browser keeps nothing that is typed.
form-storage-none-detail = Leave this page open until the office has received the record: hand it in where there is signal, or save it to a file. In a private window, open the letter's link in an ordinary one.
form-storage-photos = { $count ->
    [one] One photo is on the screen only.
   *[other] { $count } photos are on the screen only.
} Leave this page open, save it to a file, and free some space.
form-storage-intake = The photos are kept, but cannot be prepared for sending until there is room. Free some space.
form-crash = Something went wrong in the form.
form-crash-detail = Everything that you typed is kept on this phone.
form-crash-not-kept = What you typed is on the screen only: save it to a file before you reload.
form-new-version = There is a newer form. What you typed stays.

# the overview
form-progress = { $done } of { $all }
form-progress-faults = { $count ->
    [one] 1 fault
   *[other] { $count } faults
}
form-progress-attention = { $count } to watch
form-missing = { $count } missing
form-filled-in = filled in
form-entries = { $count ->
    [one] 1 entry
   *[other] { $count } entries
}
form-people-count = { $count ->
    [one] 1 person
   *[other] { $count } people
}
form-findings-count = { $count } new
form-open-count = { $looked } of { $open } open ones looked at
form-conflicts = { $count ->
    [one] One field differs between two phones.
   *[other] { $count } fields differ between two phones.
}
form-conflicts-show = Show
form-conflict-title = Two phones say different things
form-conflict-theirs = Other phone
form-conflict-ours = This phone
form-conflict-nothing = nothing
form-conflict-removed = removed
form-conflict-kept = kept
form-conflict-signature = a signature

# checklist
form-serial = serial no. { $serial }
form-checks-none = There is no checklist for this equipment.
form-checks-none-short = no checklist
form-checks-open-findings = { $count ->
    [one] One finding is still open here
   *[other] { $count } findings are still open here
}
form-equipment = Equipment
form-equipment-unknown = This equipment is not part of the visit.
form-equipment-whole-site = the whole site
form-all-ok = All ok ({ $count })
form-guidance = How to do it
form-answer = Answer
form-result-of = Result: { $item }
form-result-ok = OK
form-result-attention = Attention
form-result-fault = Fault
form-result-not-applicable = N/A
form-result-not-inspected = Not inspected
form-item-why-not = Why not inspected
form-item-why-not-hint = The customer and the next engineer read it.
form-not-inspected-all = Leave open what could not be inspected ({ $count })
form-not-inspected-all-hint = It goes to all { $count } items here that have no answer yet.
form-not-inspected-do = Mark as not inspected
form-not-inspected-back = Back
form-left-last-time = Not inspected on { $day }:
form-rest-of = This visit is for what could not be inspected on { $visit }. Nothing else is asked.
form-review-incomplete = Incomplete: { $count } not inspected
form-progress-left = { $count } not inspected
form-progress-left-over = { $count } left last time
form-reading-today = Today
form-reading-no-number = Not a number. Write it like { $example }
form-reading-low = Too low: { $limits }
form-reading-high = Too high: { $limits }
form-reading-inside = Within limits: { $limits }
form-reading-read = Read as { $value } { $unit }.
form-limits-between = { $min } to { $max } { $unit }
form-limits-least = at least { $min } { $unit }
form-limits-most = at most { $max } { $unit }
form-last-time = Last, { $day }
form-trend-same = as before
form-item-more = Remark or photo
form-item-remark = Remark
form-item-to-finding = Make it a finding
form-item-finding = Show the finding

# findings
form-findings = Findings
form-findings-new = Found today
form-finding-add = Add a finding
form-finding-number = Finding { $number }
form-finding-text = What was found
form-finding-one-photo = The report shows the first photo with the finding; the others stand among the photos.
form-finding-done = What was done
form-finding-closed-legend = How it stands
form-finding-closed = Put right
form-finding-open = Still open
form-finding-responsible = Who closes it
form-finding-close-by = By when
form-severity = How serious
form-severity-minor = Minor
form-severity-major = Major
form-severity-critical = Critical
form-open-title = { $count ->
    [one] Still open: 1
   *[other] Still open: { $count }
}
form-open-since = since { $day }
form-open-close-by = by { $day }
form-open-legend = Finding { $number }
form-open-closed = Closed
form-open-carried = Carried on
form-open-how = How it was put right
form-open-note = How it stands now

# advice
form-advice = Advice
form-advice-lead = What should be upgraded, reworked or replaced, judging by how it has been running.
form-advice-number = Advice { $number }
form-advice-text = What is advised
form-advice-by = By when
form-advice-cost = Cost
form-advice-add = Add advice
form-cost-low = Upkeep
form-cost-medium = This year's budget
form-cost-high = Investment

# people
form-training = Training on site
form-attendance = Attendance
form-attendance-lead = Who was trained today; may stay empty.
form-attendance-needed = A training needs the name of at least one person.
form-attendee-add = Add a person
form-attendee-number = Person { $number }
form-attendee-sign = Sign here
form-attendee-sign-again = Change the signature
form-attendee-signature = Signature of { $name }
form-topics = Topics
form-topics-suggested = Based on what this site had trouble with; tap to add.
form-topic-number = Topic { $number }
form-topic-add = Add a topic
form-operators = Operators
form-operators-lead = For the site's operation file.
form-operators-skill = Skill of the operators
form-operators-skill-hint = What they can do with ease, and what they need help with.
form-operators-changes = Changes of staff
form-operators-changes-hint = Who has come, who has left, who is in charge.
form-present = Also present
form-present-add = Add a person
form-remarks = Remarks
form-remarks-label = Remarks for the report
form-remarks-hint = The customer reads this.
form-office = Note for the office
form-office-short = not for the customer
form-office-unseen = The customer does not see this.
form-office-label = Note

# photos
form-photos = Photos
form-photos-count = { $count ->
    [0] No photos yet
    [one] 1 photo
   *[other] { $count } photos
}
form-photos-in-work = { $count ->
    [one] 1 photo is being prepared.
   *[other] { $count } photos are being prepared.
}
form-photo-take = Take a photo
form-photo-choose = Choose photos
form-photo-caption = Caption
form-photo-number = Photo { $number }
form-photo-remove-number = Remove photo { $number }
form-photo-of-finding = of a finding
form-photo-of-item = { $equipment }
form-photo-elsewhere = on the other phone
form-photo-unreadable = This phone cannot read the picture { $name }. Take it again as JPEG.
form-photo-drop = Leave it out

# times
form-times = Times
form-times-started = Began
form-times-completed = Ended
form-times-completed-hint = If empty: when the engineer signs.
form-times-not-yet = not yet
form-times-zone = Times at the site ({ $zone })
form-clock-ahead = The clock of this phone is { $span } ahead of the office's.
form-clock-behind = The clock of this phone is { $span } behind the office's.
form-clock-shift = Correct this visit's times by that
form-clock-shift-send = Correct the times by that and send

# a visit that did not take place
form-not-done = Did it take place?
form-not-done-link = The visit did not take place
form-not-done-lead = The customer and the office are told the reason.
form-not-done-legend = The visit
form-not-done-no = took place
form-not-done-yes = did not take place
form-not-done-reason = Why it did not take place
form-not-done-reason-hint = For example: no access to the plant room.
form-not-done-by = Stated by
form-not-done-photos = Photos are not sent with this; they stay on the phone.

# signatures
form-sign-engineer = Engineer's signature
form-sign-customer = Customer's signature
form-sign-read = Read through what is signed
form-signed-at = Signed { $at }
form-pad-hint = Sign here with a finger
form-pad-empty = { $label }: not signed yet
form-pad-signed = { $label }: signed
form-pad-undo = Undo
form-pad-clear = Clear
form-customer-legend = The customer's engineer
form-customer-signed = signs here
form-customer-absent = nobody was present
form-customer-refused = does not want to sign
form-customer-asked = signs later, by link
form-customer-absent-reason = Why nobody was there
form-customer-refused-reason = Why they do not want to sign
form-customer-asked-hint = Gets the link by mail. Without it, show the code once the office has the record.
form-review = What is signed
form-review-closed = Closed findings
form-review-carried = Findings carried on
form-review-photo = with a photo
form-review-no-caption = without a caption
form-review-customer-remark = Remark of the customer's engineer

# handing in
form-send = Hand in
form-hand-in = Hand in to the office
form-send-what-happens = Without a signal, it waits here and is sent automatically.
form-keep-open = This browser sends only while the form is open: leave it open, or open it again where there is signal.
form-save = Save to file
form-saving = Saving…
form-save-hint = If all else fails: send the file to the office by any means.
form-ready = Everything is filled in.
form-stray = This no longer has a place in the form:
form-stray-note = Put it into the note for the office
form-stray-out = Leave it out
form-rest = Not sent with this, and kept on this phone: { $what }.
form-rest-findings = { $count ->
    [one] 1 finding
   *[other] { $count } findings
}
form-rest-answers = { $count ->
    [one] 1 answer of the checklists
   *[other] { $count } answers of the checklists
}
form-rest-photos = { $count ->
    [one] 1 photo
   *[other] { $count } photos
}
form-rest-others = { $count ->
    [one] 1 other entry
   *[other] { $count } other entries
}
form-rest-legend = What does the office need to know about it?
form-rest-into-note = Put the findings and faults into the note for the office
form-rest-kept = Nothing; it stays on this phone
form-rest-note = Filled in before the visit was broken off:
form-problems = { $count ->
    [one] One thing is missing
   *[other] { $count } things are missing
}
form-problem-conflict = Two phones say different things: choose
form-problem-stray = This no longer has a place in the form: { $what }
form-problem-rest = Say what to do with what was filled in
form-problem-note-long = The note for the office is longer than { $most } characters
form-problem-photos-in-work = { $count ->
    [one] A photo is still being prepared
   *[other] { $count } photos are still being prepared
}
form-problem-photos-many = { $most } photos are allowed; remove some
form-problem-photos-heavy = The photos are too large in total; remove some
form-problem-times-order = The visit would end before it began
form-problem-signed-before = The visit would begin after it was signed
form-problem-times-start = Say when the visit began
form-problem-times-apart = Check when the visit began and ended: there is more than a day between
form-problem-engineer-changed = Changed after the engineer signed it: sign again
form-problem-customer-changed = Changed after the customer signed it: have it signed again
form-problem-not-done-reason = Say why the visit did not take place
form-problem-number = { $equipment }: “{ $item }” is not a number
form-problem-answer = { $equipment }: { $item }
form-problem-not-inspected = { $equipment }: why was “{ $item }” not inspected?
form-problem-answer-begun = { $equipment }: “{ $item }” was started but not finished
form-problem-finding-severity = Finding { $number }: say how serious it is
form-problem-finding-text = Finding { $number }: say what was found
form-problem-finding-done = Finding { $number }: say how it was put right
form-problem-open-how = Say how finding { $number } was put right
form-problem-advice-text = Advice { $number }: say what is advised
form-problem-person-name = Person { $number }: write the name
form-problem-attendance = Say who was trained
form-problem-engineer-name = Write the engineer's name
form-problem-engineer-strokes = The engineer's signature is empty: sign with a finger
form-problem-customer-name = Write the name of the person who signs for the customer
form-problem-customer-strokes = The customer's signature is empty: have it signed
form-problem-customer-status = Say whether the customer's engineer signs
form-problem-absent-reason = Say why nobody of the customer's was there
form-problem-refused-name = Write who does not want to sign
form-problem-refused-reason = Say why they do not want to sign
form-problem-asked-name = Write the name of the person who signs by link
form-problem-email = This is not an e-mail address
form-frozen = This has been handed in and is waiting to be sent; it cannot be changed now.
form-frozen-show = Show
form-frozen-lead = The record is waiting as you handed it in. It stays on this phone until the office has it.
form-try-now = Try now
form-take-back = Take back and change
form-take-back-maybe = The office may have received it already. If you change it now, both go to the office, and a manager will review them.
form-asked-future = The record says that the visit ended { $at }. At the office it is only { $now }.
form-asked-before-booking = The record says that the visit ended { $at }. It was booked only after that, or for a later day ({ $day }).
form-times-apart = The record says that the visit began { $began } and ended { $ended }: is that right?
form-asked-correct = Correct the time
form-asked-right = Yes, it is right
form-refused = { $count ->
    [one] The office cannot take one thing
   *[other] The office cannot take { $count } things
}
form-refused-mend = Correct it
form-refused-at = { $place }: the office cannot accept this. Look at it and correct it.
form-refused-somewhere = Something in the record
form-refused-theirs = The office says:
form-refused-for-review = Send as it is, for review
form-bad-photo-unreadable = The office cannot read this photo. Remove it, or take it again.
form-bad-photo-too-large = This photo is too large for the office. Remove it.
form-bad-photo-elsewhere = This photo is on the other phone only. Open the form there where there is a signal, or remove the photo.
form-bad-photo-show = Show the photo
form-too-large = Remove photos, or save it to a file and give that to the office.
form-conflict-record = The office has another version under the same number. A manager will review both. This phone keeps its own.
form-unproven = The office has answered, but its answer does not list everything. This phone keeps the draft and the photos.
form-link-none = The office no longer knows this phone. Open the link in the letter again; everything typed is kept.
form-link-expired = The link has expired. What is filled in can still be sent; the office will review it.
form-link-revoked = The visit was given to somebody else. What is filled in can still be sent; the office will review it.
form-cancelled = The visit was cancelled. What is filled in can still be sent; the office will review it.
form-other-record = The office received a record of this visit at { $time } (receipt { $receipt }). What is filled in here can still be sent; a manager will review it.
form-other-record-plain = The office has a record of this visit. What is filled in here can still be sent; a manager will review it.
form-other-review = A record of this visit has been waiting for review since { $time } (receipt { $receipt }).
form-review-expired = The link had expired when it arrived. A manager will review the record; nothing is lost.
form-review-revoked = The visit was given to somebody else in the meantime. A manager will review the record; nothing is lost.
form-review-cancelled = The visit was cancelled in the meantime. A manager will review the record; nothing is lost.
form-review-other-record = The office already had another record of this visit. A manager will review both; nothing is lost.
form-review-in-the-future = It states an end in the future. A manager will review the record; nothing is lost.
form-review-for-review = A manager will review the record; nothing is lost.
form-after-lead = The office has the record and all its photos; this phone does not keep them any longer.
form-after-kept = The office has the record. What was filled in and not sent stays on this phone, for when the visit is booked again.
form-after-photos = { $count ->
    [one] One photo was not part of the record; it stays on this phone.
   *[other] { $count } photos were not part of the record; they stay on this phone.
}
form-after-photos-show = Show the photos
form-after-again = Fill in another record of this visit
form-after-more = Receipt and what else there is to do
form-countersign = Signature of the customer's engineer
form-countersign-lead = They read the record on their own phone, comment on it, and sign.
form-countersign-show = Show the code for the customer's engineer
form-countersign-code = Code that opens the page for signing
form-countersign-until = Valid until { $at }
form-countersign-no-signal = There is no signal. Try again where there is.
form-countersign-not-now = The office cannot provide a code now. Try again later.
form-countersigned = The customer's engineer has signed.

# before the visit is known
form-gate-offline = No signal
form-gate-offline-detail = Open the form once where there is signal; from then on it works without.
form-gate-trouble = The office does not respond properly
form-gate-trouble-detail = Try again in a moment.
form-gate-no-link = Open the link in the letter
form-gate-no-link-detail = The form opens from the link in the letter about this visit.
form-gate-expired = The link has expired
form-gate-expired-detail = Ask the office for a new one.
form-gate-revoked = The link is no longer valid
form-gate-revoked-detail = The visit was given to somebody else, or there is a newer letter.
form-gate-unknown-visit = There is no such visit
form-gate-unknown-visit-detail = Copy the whole link from the letter.
form-gate-no-visit = No visit on this phone yet
form-gate-no-visit-detail = Open the link in the letter about the visit.

# the page on which the customer's engineer signs
form-sign-title = Read and sign
form-sign-lead = { $engineer } of { $company } was at { $site }. Read the record, comment on it where you like, and sign below.
form-sign-remark-add = Comment on this
form-sign-remark = Your remark on: { $item }
form-sign-yours = Your signature
form-sign-send = Sign the record
form-sign-sending = Sending…
form-sign-name-needed = Write your name
form-sign-strokes-needed = The signature is empty: sign with a finger
form-sign-done = Signed. Thank you.
form-sign-done-detail = The office received your signature at { $time }.
form-sign-already = This record is already signed
form-sign-already-detail = Nothing is left to do here. This is what was signed.
form-sign-already-after-try = An earlier attempt had arrived, or somebody else has signed. What was signed is below; what you changed after that is not part of it. Tell the engineer or the office if something in it is wrong.
form-sign-gone = This link is no longer valid
form-sign-gone-detail = Ask the engineer or the office for a new one.
form-sign-no-answer = No answer from the office. What you typed is kept here: try again.
form-sign-refused = The office could not take the signature; nothing was kept there. Check your name and your remarks, and sign again. If it happens again, call the office.
form-sign-id-taken = This was already sent to sign another visit, and nothing is signed here yet. Press “Sign the record” once more.
