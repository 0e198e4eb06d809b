# Letters.
mail-greeting = Dear { $name },
mail-footer = You can answer this letter; a person reads it.
mail-purpose = { $purpose ->
    [inspection] Inspection
    [maintenance] Maintenance
    [training] Training
    [follow-up] Follow-up visit
    [call-out] Call-out
   *[planned-support] Planned support
}
mail-takes-hours = { $hours } h
mail-takes-minutes = { $minutes } min
mail-takes-both = { $hours } h { $minutes } min
mail-when = { $day } at { $time }
mail-when-below = local time; takes about { $takes }
mail-file-size = PDF, { $kilobytes } KB
mail-file-size-mb = PDF, { $megabytes } MB
mail-no-engineer = no engineer yet

mail-fact-when = When
mail-fact-where = Where
mail-fact-what = What
mail-fact-equipment = Equipment
mail-fact-topics = Topics
mail-fact-why = Reason
mail-why-rest = what could not be inspected on { $visit }: { $why }
mail-fact-engineer = Engineer
mail-fact-customer = Customer
mail-fact-site = Site
mail-fact-visit = Visit
mail-fact-attached = Attached
mail-fact-attendees = Attended by
mail-fact-completed = Completed
mail-fact-standing = Standing
mail-fact-due = Due
mail-fact-report-due = Report due
mail-fact-letter = Letter
mail-fact-to = To
mail-fact-subject = Subject
mail-fact-said = The server said
mail-fact-given-up = Given up
mail-due-below = until the end of that day at the site
mail-reason = Reason: { $reason }

mail-visit-announced-subject = { mail-purpose } at { $site } on { $day } at { $time }
mail-visit-announced-headline = { mail-purpose } on { $day } at { $time }
mail-visit-announced-lead-customer = { $engineer } will come to { $site } for this visit: { $purpose ->
    [inspection] an inspection
    [maintenance] maintenance
    [training] a training
    [follow-up] a follow-up visit
    [call-out] a call-out
   *[planned-support] planned support
}. Please see that the equipment can be reached and that somebody can sign the record.
mail-visit-announced-lead-engineer = This visit at { $site } is yours ({ mail-purpose }, { $engineer }). The customer has been told the same.
mail-visit-announced-lead-manager = { mail-purpose } at { $site } has been booked with { $engineer }. Customer and engineer have been told.
mail-visit-please-answer = Does the time not suit you? Please answer this letter and we will find another.
mail-visit-reminder-subject = Reminder: { mail-purpose } at { $site } on { $day } at { $time }
mail-visit-reminder-headline = Soon: { mail-purpose } on { $day } at { $time }
mail-visit-reminder-lead-customer = We remind you of this visit ({ mail-purpose }): { $engineer } will come to { $site }.
mail-visit-reminder-lead-engineer = We remind you of your next visit ({ mail-purpose }, { $engineer }) at { $site }. Please hand in its record on the same day.
mail-visit-reminder-lead-manager = A reminder of this visit ({ mail-purpose }) at { $site } has gone to { $engineer } and to the customer.
mail-visit-moved-subject = Moved to { $day } at { $time }: { mail-purpose } at { $site }
mail-visit-moved-headline = Moved to { $day } at { $time }
mail-visit-moved-lead = { mail-purpose } at { $site }: the visit planned for { $wasday } at { $wastime } has been moved. What holds now:
mail-visit-passed-on-subject = No longer yours: { mail-purpose } at { $site } on { $day } at { $time }
mail-visit-passed-on-headline = No longer yours: { mail-purpose } on { $day }
mail-visit-passed-on-lead = { mail-purpose } at { $site }: this visit is no longer yours. { $to } makes it. What you had:
mail-visit-cancelled-subject = Cancelled: { mail-purpose } at { $site } on { $day } at { $time }
mail-visit-cancelled-headline = Cancelled: { mail-purpose } on { $day }
mail-visit-cancelled-lead = { mail-purpose } at { $site }: the visit below does not take place.
mail-visit-cancelled-contract-ended = the contract ended on { $day }
mail-visit-cancelled-nothing-left = nothing is left to inspect of { $visit }
mail-visit-not-done-subject = Not done: { mail-purpose } at { $site } on { $day }
mail-visit-not-done-headline = Not done: { mail-purpose } on { $day }
mail-visit-not-done-lead = { mail-purpose } at { $site }: the visit below could not be carried out.
mail-visit-not-done-next = We will write to you about a new day.

mail-report-name = { $purpose ->
    [inspection] inspection report
    [maintenance] maintenance report
    [training] training certificate
    [follow-up] follow-up report
    [call-out] call-out report
   *[planned-support] planned support report
}
mail-report-delivered-subject = { $purpose ->
    [inspection] Inspection report
    [maintenance] Maintenance report
    [training] Training report
    [follow-up] Follow-up report
    [call-out] Call-out report
   *[planned-support] Planned support report
} for { $site }, { $day }
mail-report-delivered-headline = Your report for { $site }
mail-report-delivered-lead = Attached is the { mail-report-name } for { $site }. { $engineer } completed the visit on { $day }; the report holds every check and reading, what was found and what we advise.
mail-report-incomplete = { $count ->
    [one] The visit is incomplete: one check could not be made. The report says which, and why.
   *[other] The visit is incomplete: { $count } checks could not be made. The report says which, and why.
}
mail-certificate-delivered-subject = Training certificate for { $site }, { $day }
mail-certificate-delivered-headline = Your training certificate
mail-certificate-delivered-lead = Attached is the certificate of the training that { $engineer } gave at { $site } on { $day }.
mail-subject-revision = {" "}(revision { $revision })
mail-delivered-replaces = This is revision { $revision }. It takes the place of revision { $replaces } of { $day }: please use this one from now on.
mail-delivered-replaces-signed = This is revision { $revision }. { $name } has signed the record since revision { $replaces } of { $day } was issued. Please use this one from now on.
mail-delivered-keep = Please keep the file. If something in it is not right, answer this letter and we will put it right.
mail-countersign-subject = Please sign: record of the visit to { $site }, { $day }
mail-countersign-headline = Your signature under the record of { $day }
mail-countersign-lead = { $engineer } has recorded the visit to { $site } on { $day } and asks for your signature under it.
mail-countersign-open = Read and sign the record
mail-countersign-what = You see every check with its reading, can remark on each, and sign with your finger. Should you not agree with something, write it beside the item: it stands in the report in your words. Without your signature the report goes out and says so.

mail-owed-any = { $owed ->
    [visit] visit
    [training] training
    [record] record of a visit
   *[report] report
}
mail-owed-report = { mail-report-name }
mail-owed-record = { $purpose ->
    [inspection] record of the inspection
    [maintenance] record of the maintenance
    [training] record of the training
    [follow-up] record of the follow-up visit
    [call-out] record of the call-out
   *[planned-support] record of the planned support
}
mail-owed-visit = { $purpose ->
    [inspection] inspection
    [maintenance] maintenance
    [training] training
    [follow-up] follow-up visit
    [call-out] call-out
   *[planned-support] planned support
}
mail-owed-training = { mail-owed-visit }
mail-deadline-subject-before = Due { $due }: { $what } for { $site }
mail-deadline-subject-today = Due today: { $what } for { $site }, { $due }
mail-deadline-subject-late = Late: { $what } for { $site }, due { $due }
mail-deadline-headline-before = { $what } due on { $due }
mail-deadline-headline-today = { $what } due today
mail-deadline-headline-late = { $what } late since { $due }
mail-deadline-lead-before = For { $site }, this is due on { $due } and still open: { $what }.
mail-deadline-lead-today = For { $site }, this is due today, { $due }, and still open: { $what }.
mail-deadline-lead-late = For { $site }, this was due on { $due } and is still missing: { $what }.
mail-deadline-todo-report = To settle it: the report has to be accepted by the customer's mail server, or handed over and noted as such. It is drawn as soon as the visit's record is in.
mail-deadline-todo-record = To settle it: hand in the record of the visit, or a record that says why it did not take place.
mail-deadline-todo-visit = To settle it: carry the visit out and hand in its record.
mail-deadline-todo-training = To settle it: give the training and hand in its record.
mail-deadline-todo-customer-open = You need not do anything; we tell you so that you know where it stands.
mail-deadline-todo-customer-late = We are sorry for the delay. The engineer's manager has been told, and you will hear from us.
mail-standing-open = still in time
mail-standing-just-late = late since the end of the day it was due
mail-standing-late = { $days ->
    [one] { $days } working day late
   *[other] { $days } working days late
}
mail-ledger-title = How the day was counted
mail-ledger-lead = { $within ->
    [one] { $within } working day
   *[other] { $within } working days
} from { $from }, that day not counted; calendar { $calendar }, version { $version }.
mail-ledger-provisional = Some of these days lie in a year whose holidays are not published yet; the day may still change.

# The foot of every letter.
mail-hotline = Hotline { $number }
mail-unsubscribe = End these digests
mail-unsubscribe-note = You will still hear about whatever you are responsible for.

# A link, where the office has public pages.
mail-form-link = Fill in the record
mail-link-yours = This link is for you alone; please do not pass it on.
mail-file-open = Open the PDF
mail-file-link-until = This link is for you alone and works until { $day }.

mail-training-invitation-subject = Invitation: training at { $site } on { $day } at { $time }
mail-training-invitation-headline = Training on { $day } at { $time }
mail-training-invitation-lead-customer = We invite your operating and maintenance staff to a training at { $site }. { $engineer } gives it; as many people may come as you like to send, and each is named on the certificate.
mail-training-invitation-lead-engineer = You ({ $engineer }) give this training at { $site }. The customer's people have been invited with the same topics.
mail-training-invitation-lead-manager = This training at { $site } has been booked with { $engineer }. The customer's people have been invited.
mail-training-invitation-please = Who will come, and what has given you trouble lately? Please answer this letter: what you name becomes a topic.

mail-follow-up-question-subject = How is your equipment at { $site }? We come on { $day } at { $time }
mail-follow-up-question-headline = How does it run at { $site }?
mail-follow-up-question-lead-customer = We want to hear how you get along with what we look after. { $engineer } comes on the day below to talk about it; a few lines in answer to this letter help us to prepare.
mail-follow-up-question-lead-engineer = This follow-up at { $site } is yours ({ $engineer }). The customer has been asked these questions; please bring back the answers.
mail-follow-up-question-lead-manager = This follow-up at { $site } has been booked with { $engineer }. The customer has been asked these questions.
mail-follow-up-question-title = What we would like to know
mail-follow-up-question-use = How is the equipment used now, and has that changed?
mail-follow-up-question-well = Does it run well? What stopped, or struck you?
mail-follow-up-question-staff = Do new people work with it who should be trained?
mail-follow-up-question-score = How content are you with our service, from 1 (not at all) to 5 (very)?
mail-follow-up-question-please = A line for each is enough: answer this letter, a person reads it.

mail-record-missing-subject-open = Record missing: { mail-purpose } at { $site }, { $since }
mail-record-missing-subject-late = Record late: { mail-purpose } at { $site }, { $since }
mail-record-missing-headline-open = The record of { $since } is missing
mail-record-missing-headline-late = The record of { $since } is late
mail-record-missing-lead-engineer-open = The record of your visit to { $site } on { $since } has not arrived. Please hand it in by the end of { $due }: the customer's report waits for it.
mail-record-missing-lead-engineer-late = The record of your visit to { $site } on { $since } was due on { $due } and has not arrived. Please hand it in today: the customer's report waits for it.
mail-record-missing-lead-other-open = The record of the visit to { $site } on { $since } has not arrived. It is due by the end of { $due }: { $engineer }.
mail-record-missing-lead-other-late = The record of the visit to { $site } on { $since } was due on { $due } and has not arrived: { $engineer }. The report waits for it.
mail-fact-visited = Visited

mail-deadline-subject-escalated = { $days ->
    [one] { $days } working day late: { $what } for { $site }
   *[other] { $days } working days late: { $what } for { $site }
}
mail-deadline-headline-escalated = { $what } still missing
mail-deadline-lead-escalated = For { $site }, this was due on { $due }, has been flagged before and is still missing: { $what }.
mail-deadline-todo-escalated = Please decide today who settles it and by when, and tell the customer.
mail-deadline-todo-customer-escalated = This has taken too long, and we apologise. Our manager is dealing with it; you will hear from us today.

mail-report-linked-lead = The { mail-report-name } for { $site } is ready. { $engineer } completed the visit on { $day }; the report holds every check and reading, what was found and what we advise. It is too large for a letter, so it waits for you here:
mail-certificate-linked-lead = The certificate of the training that { $engineer } gave at { $site } on { $day } is ready. It is too large for a letter, so it waits for you here:
mail-fact-file = File

mail-hotline-changed-subject = Our hotline has a new number: { $number }
mail-hotline-changed-headline = Our hotline: { $number }
mail-hotline-changed-lead = As of { $day }, please call { $number } when something is broken, at any hour of any day. It takes the place of { $previous }.
mail-hotline-changed-todo = Please change the number in your phones, on your notice boards and in your operating instructions.
mail-fact-hotline = Hotline
mail-fact-previous = Before
mail-fact-since = Since

mail-phase-ending-subject-warranty = Warranty ends on { $day }: { $customer }
mail-phase-ending-subject-contract = Contract { $contract } ends on { $day }: { $customer }
mail-phase-ending-headline-warranty = Warranty ends on { $day }
mail-phase-ending-headline-contract = The contract ends on { $day }
mail-phase-ending-lead-warranty-manager = { $days ->
    [0] The warranty below ends today. Maintenance follows tomorrow, with no gap; the maintenance contract should be agreed by now.
    [one] The warranty below ends tomorrow. Maintenance follows with no gap; please see that the maintenance contract is agreed.
   *[other] The warranty below ends in { $days } days. Maintenance follows with no gap; please propose the maintenance contract before that day.
}
mail-phase-ending-lead-warranty-customer = { $days ->
    [0] The warranty on the equipment below ends today. Our service goes on as maintenance, with no gap.
    [one] The warranty on the equipment below ends tomorrow. Our service goes on as maintenance, with no gap.
   *[other] The warranty on the equipment below ends in { $days } days. Our service goes on as maintenance, with no gap. If you know of a fault, please report it before that day.
}
mail-phase-ending-lead-contract-manager = { $days ->
    [0] The service contract below ends today. No visits are planned after it.
    [one] The service contract below ends tomorrow. No visits are planned after it.
   *[other] The service contract below ends in { $days } days. No visits are planned after it; please propose its renewal.
}
mail-phase-ending-lead-contract-customer = { $days ->
    [0] Our service contract ends today. To renew it, answer this letter.
    [one] Our service contract ends tomorrow. To renew it, answer this letter.
   *[other] Our service contract ends in { $days } days. We make no visits after that day; to renew it, answer this letter.
}
mail-fact-ends = Last day
mail-fact-contract = Contract
mail-phase-equipment = Equipment

mail-undelivered-subject = Not delivered: { $subject }
mail-undelivered-headline = A letter could not be delivered
mail-undelivered-lead = { $attempts ->
    [one] The letter below did not reach { $to }. It was tried once and is not tried again by itself.
   *[other] The letter below did not reach { $to }. It was tried { $attempts } times and is not tried again by itself.
}
mail-undelivered-todo = Please tell the recipient in another way. Once the cause is gone, send it again with: ronda letters retry { $letter }

mail-canary-subject = Letters from Ronda arrive: { $day }
mail-canary-headline = Letters arrive
mail-canary-lead = This letter is written once a day. It takes the same route as every letter of the office; that you can read it shows that the route is open: { $day }.
mail-canary-todo = If it does not come one day, look at the mail server: letters to customers may be waiting too.
mail-canary-trail = Keep this letter: it lets you prove later that nobody has cut short or rewritten the audit trail up to today. This command compares the trail with it:

mail-digest-subject = { $verdict } · { $day }
mail-digest-verdict-reports = { $count ->
    [one] { $count } report is late
   *[other] { $count } reports are late
}
mail-digest-verdict-late = { $count ->
    [one] { $count } promise is late
   *[other] { $count } promises are late
}
mail-digest-verdict-today = { $count ->
    [one] { $count } promise is due today
   *[other] { $count } promises are due today
}
mail-digest-verdict-attention = { $count ->
    [one] { $count } thing needs you
   *[other] { $count } things need you
}
mail-digest-verdict-well = Everything is in order
mail-digest-well = Nothing is late, nothing is due today, nothing waits for a decision of yours.
mail-digest-late = Late
mail-digest-due-today = Due today
mail-digest-at-risk = At risk
mail-digest-without-record = Visits without a record
mail-digest-not-planned = Could not be planned
mail-digest-not-counted = Due day not known
mail-digest-differences = The books differ from the facts
mail-digest-moved = Due days that changed
mail-digest-moved-from-to = { $was } → { $is }
mail-digest-begun = New promises that begin with their next period
mail-digest-begun-from = from { $day } on
mail-digest-begun-sites = { $sites ->
    [one] at one site: the period under way is nearly over
   *[other] at { $sites } sites: the period under way is nearly over
}
mail-digest-undelivered = Letters not delivered
mail-digest-unreachable = Contacts whom mail does not reach
mail-digest-unfit = Visits that cannot take place
mail-digest-doubtful = Did they take place?
mail-digest-rebooked = Booked anew by itself
mail-digest-called-off = Called off
mail-digest-incomplete = Incomplete, and nobody booked for the rest
mail-digest-rests = Incomplete until the rest is seen
mail-digest-unwritten = Letters that could not be written
mail-digest-asked-to-move = Asked to move
mail-digest-to-review = Records to look at
mail-digest-notes = Notes from engineers
mail-digest-without-recipient = Reports that nobody receives
mail-digest-week = The week
mail-digest-trainings = Trainings ahead
mail-digest-phases = Warranties that end
mail-digest-more = and { $count } more
mail-digest-due = due { $due }
mail-digest-provisional = the day may still change
mail-digest-slots = { $count } visits in the same case
mail-digest-compliance = Promises kept in { $month }
mail-digest-compliance-counts = { $kept } of { $all } in time, { $metlate } met late, { $late } still late
mail-digest-compliance-reports = Reports: { $kept } of { $all } in time
mail-digest-compliance-none = Nothing has come due yet this month.
mail-unplanned-no-calendar = no calendar { $calendar }: working days there are not known
mail-unplanned-unknown-holidays = calendar { $calendar } knows holidays only until { $day }
mail-unplanned-no-working-day = the window has no working day
mail-unplanned-no-skill = no engineer has the skills: { $skills }
mail-unplanned-out-of-reach = { $engineers ->
    [one] the engineer who has the skills works in another country
   *[other] the { $engineers } engineers who have the skills work in another country
}, out of reach of this site: { $skills }
mail-unplanned-no-room = { $engineers ->
    [one] the only engineer with the skills has no room
   *[other] none of the { $engineers } engineers with the skills has room
}
mail-unplanned-no-equipment = the site has no equipment
mail-unplanned-no-plan = the service plan { $plan } is missing or has a mistake
mail-unplanned-passed = the window had passed before it could be planned
mail-unplanned-called-off = its visit was called off, and no other day was found so far
digest-difference-place = { $of ->
    [window] period { $first } to { $last }
    [record] record of { $visit }, { $first }
    [visit] { $visit }, { $first }
   *[report] report of { $visit }
}
digest-difference-both = The facts say: { $facts }. The office's books say: { $books }.
digest-difference-reads = { $reads ->
    [nothing-owed] nothing owed
    [open-until] open until { $day }
    [late-after] late, due { $day }
    [kept-on] kept on { $day }
    [kept-late-on] kept late on { $day }
    [waived] waived
    [paused] paused by a closure
    [not-counted] cannot be counted
    [due-on] due { $day }
    [flagged] flagged as late
    [not-flagged] never flagged as late
    [a-visit] a visit
    [fit] it can take place
    [unfit] it cannot take place
   *[no-visit] no visit
}
