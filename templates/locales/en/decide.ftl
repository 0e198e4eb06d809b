# The digest, the review, and the pages that their links open.
digest-asked-by = { $by } cannot come at this time
digest-doubtful-ask = hand in its record, say that it did not take place, or move it
digest-called-off-instead = { $visit } instead on { $day }
digest-called-off-nothing = no other visit yet
digest-incomplete-left = { $count ->
    [one] one check not made
   *[other] { $count } checks not made
}
digest-incomplete-rest = { $visit } on { $day }, { $engineer }
digest-incomplete-nobody = nobody can come for the rest yet
digest-review-why = form { $form }: { $why ->
    [expired] its link had expired when it arrived
    [revoked] the visit had another engineer when it arrived
    [cancelled] the visit was cancelled when it arrived
    [other-record] the visit had another record when it arrived
    [conflict] a second, different copy of a record
    [in-the-future] it states a completion that lay ahead
   *[for-review] the engineer asks you to look at it
}
digest-unfit-why = { $why ->
    [engineer-gone] { $engineer } is not there any more
    [engineer-off] { $engineer } does not work on { $day }
    [lacks-skill] { $engineer } does not have the skill { $skill }
    [certificate-ends] the certificate of { $engineer } for { $skill } ends on { $day }
    [site-closed] the site is closed on { $day }
   *[no-equipment] nothing stands at the site that could be looked at
}
digest-unfit-proposal = Proposed: { $engineer }, { $day } { $time }
digest-unfit-nobody = Nobody can make it inside its window
digest-waits-record = the record is missing
digest-waits-drawing = the report is not drawn yet
digest-waits-delivery = sent, and not accepted by every mail server yet
digest-waits-refused = a mail server refused the letter
digest-waits-recipient = nobody at the site receives reports
digest-waits-visit = the visit is planned for { $day }
digest-waits-planning = no visit is planned
digest-waits-rest = something was not inspected, and no visit is planned for it
digest-unreachable-since = since { $day }
digest-unreachable-ask = Is the address still right? If it is, send the letter again; if not, import the contact that takes its place
digest-risk-habit = usually takes { $usual } working days; { $left } left
digest-risk-longer = has taken longer than any of the last reports; working days left: { $left }
digest-risk-soon = { $left ->
    [one] one working day left
   *[other] { $left } working days left
}
digest-risk-no-visit = no visit planned; working days left: { $left }
digest-risk-visit-too-late = the visit is only on { $day }
digest-ledger = counted from { $day }
digest-most-late = Most of it with { $names }
digest-all = All lists, complete
digest-attached = The complete lists are attached as a table.
digest-today = Today, { $day }
digest-week = The week · { $count }
digest-week-visits = { $count ->
    [one] { $count } visit
   *[other] { $count } visits
}
digest-quiet = { $visits } in the next seven days; { $percent }% of the promises of { $month } kept so far.
digest-quiet-undecided = { $visits } in the next seven days.
digest-excused = { $count } waived
digest-kind = { $owed ->
    [visit] visits
    [training] trainings
    [record] records of visits
   *[report] reports
}
digest-trend = By month
review-trend = The periods before
review-subject = { $verdict } · { $period }
review-verdict = { $percent }% of promises kept
review-verdict-none = Nothing came due
review-by-kind = By kind of promise
review-by-customer = By customer
review-by-engineer = By engineer
review-row = { $kept } of { $all } in time
review-row-late = { $metlate } met late, { $late } still late
review-ahead = What is coming
review-visits-ahead = { $count ->
    [one] { $count } visit is planned
   *[other] { $count } visits are planned
}; trainings among them: { $trainings }
review-windows-without-visit = { $count ->
    [one] { $count } window ends without a visit planned
   *[other] { $count } windows end without a visit planned
}
review-phase = The warranty of { $equipment } ({ $site }) ends on { $day }

decide-for = For { $name }
decide-number = Number
decide-standing = Standing
decide-due = Due
decide-due-below = until the end of that day at the site
decide-window = Window
decide-waits = Why it is open
decide-visit = Visit
decide-visit-planned = planned; nobody has been told yet
decide-visit-booked = announced
decide-visit-done = done
decide-visit-cancelled = cancelled
decide-why = Why
decide-letter-to = To
decide-letter-said = The server said
decide-letter-attempts = Attempts
decide-letter = Letter not delivered: { $subject }
decide-slot = { $purpose } without a visit
decide-gone = What this line was about
decide-ledger = How the day was counted
decide-ledger-from = { $day }: the clock starts; this day is not counted
decide-ledger-due = Due by the end of { $day }
decide-ledger-calendar = Calendar { $calendar }
decide-settled-met = Settled: done on { $at }. Nothing is left to decide.
decide-settled-excused = Waived on { $at } by { $by }: { $why }
decide-settled-not-owed = This is no longer owed: its visit was moved or cancelled, or planned again. Nothing is left to decide.
decide-settled-visit-done = The visit took place on { $at }. Nothing is left to decide.
decide-settled-visit-cancelled = The visit was cancelled on { $at }. Nothing is left to decide here.
decide-settled-planned = A visit is planned now. Nothing is left to decide here.
decide-settled-letter = The letter is not given up any more: it was sent again, or is no longer needed. Nothing is left to decide.
decide-acts = What was done
decide-done = Done, and recorded below.
decide-act-remind = Reminded the engineer
decide-act-assign = Assigned to { $engineer }
decide-act-move = Moved to { $day }
decide-act-move-time = Moved to { $day } at { $time }
decide-act-handed-over = Report handed over on { $day } by { $by } to { $to }
decide-act-excuse = Waived: { $why }
decide-act-retry = Letter sent again
decide-act-by = { $at }, { $by }
decide-what = What do you want to do?
decide-ask = Nothing changes before you press a button.
decide-remind = Remind { $engineer } now
decide-remind-lead = { $engineer } gets a letter that says how this stands.
decide-remind-wait = Reminded already; another reminder can go out from { $at } on.
decide-assign = Assign to somebody else
decide-assign-lead = Free on { $day } and with the skills, the nearest first. Everyone who was told of the visit is told of the change.
decide-assign-nobody = Nobody else with the skills is free on { $day }. Move the visit to another day instead.
decide-assign-engineer = Engineer
decide-move = Move to another day
decide-move-lead = Planned for { $day } at { $time }. Everyone who was told of the visit is told of the change.
decide-move-lead-planned = Planned for { $day } at { $time }. Nobody was told yet: it stays planned, and is announced when its new day is near.
decide-move-day = Day
decide-move-time = Time (empty: as now)
decide-unfit = Cannot take place
decide-take-proposal = Take the proposal: { $engineer }, { $day } { $time }
decide-take-proposal-lead = Everyone who was told of the visit is told of the change.
decide-press-take-proposal = Take it
decide-act-take-proposal = Took the proposal: { $engineer }, { $day } { $time }
decide-refused-engineer-gone = { $engineer } is not there any more from { $day } on; please choose somebody else.
decide-handed-over = Note that the report was handed over
decide-handed-over-lead = The report counts as delivered on that day.
decide-handed-over-by = Handed over by
decide-handed-over-to = To
decide-handed-over-on = Day
decide-excuse = Waive, with a reason
decide-excuse-lead = It stays on file with your name and the reason. It is no longer flagged, and counts neither as kept nor as broken, but separately.
decide-excuse-why = Reason
decide-retry = Send the letter again
decide-retry-lead = Do this once the cause is fixed, for example after the address was corrected.
decide-press-remind = Send the reminder
decide-press-assign = Assign
decide-press-move = Move
decide-press-handed-over = Note it
decide-press-excuse = Waive
decide-press-retry = Send again
decide-form = Record of the { $purpose }, to look at
decide-form-received = Received
decide-form-note = Note for the office
decide-form-photos = Photos
decide-form-compared = Compared with the record on file
decide-form-differs = { $count ->
    [0] says the same
    [one] differs in one place
   *[other] differs in { $count } places
}
decide-take-form = Take it as the visit's record
decide-take-form-lead = It becomes the visit's record as it was handed in, and the report is drawn and sent. The time for the report has been running since the completion stated in the record.
decide-dismiss-form = Dismiss it, with a reason
decide-dismiss-form-lead = It stays on file with your name and the reason, and changes nothing.
decide-press-take-form = Take it
decide-press-dismiss-form = Dismiss
decide-act-take-form = Taken as the visit's record
decide-act-dismiss-form = Dismissed: { $why }
decide-settled-form = Settled on { $at }. Nothing is left to decide.
decide-insist = Do it all the same
decide-nothing = There is nothing that can be done about this from here.
decide-refused-done = { $by } has done this already, { $at }: { $what }. Look at the current state, then decide.
decide-refused-not-possible = This is no longer possible. Look at the current state.
decide-refused-order = This form was sent with other content before. Nothing was changed; please fill in the form below.
decide-refused-reminded = The engineer was reminded less than an hour ago; another reminder can go out from { $at } on.
decide-refused-more = Please fill in every field, with no more than 500 characters.
decide-refused-handed-over = The report was drawn on { $drawn } and today is { $today }: it was handed over on a day from the first to the second.
decide-refused-past = { $day } has passed at the site; choose a day from today on.
decide-refused-day-off = { $day } is a day off at the site.
decide-refused-window = { $day } is outside the window, { $first } to { $last }.
decide-refused-skill = { $engineer } does not have the skill { $skill }.
decide-refused-reach = { $engineer } works in another country and is not sent as far as { $site }.
decide-refused-engineer-off = { $engineer } is off on { $day }: { $why }.
decide-refused-taken = { $engineer } has no room on { $day } (visits { $visits }).
decide-refused-contract = Contract { $contract } ended on { $day }; renew it first.
decide-refused-changed = Somebody else has just changed this visit. Look at its current state.
decide-refused-control = Character { $at } of what you wrote cannot be kept; please take it out.
decide-refused-engineer = There is no engineer { $engineer }; please choose one from the list.
decide-refused-holidays = Calendar { $calendar } does not know the holidays of { $day } yet; please choose an earlier day.
decide-written = You wrote: { $text }
decide-form-broken = The form did not arrive completely. Nothing was changed; please try again.
decide-form-no-day = This is not a date: { $typed }. Nothing was changed; please enter one like 2026-03-12.
decide-form-no-time = This is not a time of day: { $typed }. Nothing was changed; please enter one like 09:30.
decide-link-unknown = This link is not known here. Copy the whole address from the letter.
decide-link-expired = This link held until { $at }. The latest digest has a new one for everything that is still open.
decide-link-revoked = This link was replaced. Use the one in the latest letter.
decide-link-title = This link does not work
decide-lists = What is open
decide-lists-lead = As of now, { $at }. Open a line to see why, and to decide.
decide-lists-empty = Nothing is open.
decide-lists-csv = As a table (CSV)
decide-lists-all = All { $count }
decide-lists-back = All lists
decide-lists-earlier = Earlier
decide-lists-later = Later
