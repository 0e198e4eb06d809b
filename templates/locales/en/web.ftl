# The office's pages.
web-office = The office
web-summary = Summary
web-letters = Letters
web-reports = Reports
web-no-letters = No letter has been written yet.
web-no-reports = No report has been drawn yet.
web-count-letters = { $count ->
    [one] { $count } letter
   *[other] { $count } letters
}
web-count-reports = { $count ->
    [one] { $count } report
   *[other] { $count } reports
}
web-subject = Subject
web-from = From
web-to = To
web-date = Date
web-attachments = Attached
web-source = The message as it went out
web-back = All letters and reports
web-text = As plain text
web-summary-from = from
web-summary-until = until
web-summary-sites = sites
web-summary-certificates = training certificates
web-summary-late-flags = late flags
web-summary-flags = flags of all levels
web-summary-digests = digests
web-summary-findings = findings
web-summary-visits = Visits
web-summary-reports = Reports
web-summary-letters = Letters
web-summary-planned = planned
web-summary-done = done
web-summary-missed = missed
web-summary-cancelled = cancelled
web-summary-filed-in-time = filed in time
web-summary-filed-late = filed late
web-summary-open = open
web-summary-sent = sent
web-summary-sent-after-refusal = sent after a refusal
web-summary-undelivered = undelivered
web-summary-waiting = waiting
web-summary-seed = seed
web-unwritten = Letters that cannot be written yet
web-deadlines = What is owed
web-deadlines-back = All that is owed
web-no-deadlines = Nothing is owed.
web-due = Due
web-since = Counted from
web-standing = Standing
web-standing-held = the clock stands still
web-standing-withdrawn = not owed any more
web-standing-met = met in time
web-standing-excused = waived
web-standing-met-late = met late
web-customer = Customer
web-site = Site
web-calendar = Calendar
web-counted = How the day was counted
web-window = From { $first } through { $last }: the window of the visit
web-moved = Moved by a calendar change
web-flags = Flags
web-flag = { $level ->
    [before] working days before the last: { $days }
    [late] late, working day { $days }
    [minutes-before] minutes before the end: { $days }
    [minutes-after] minutes late: { $days }
    [at] the time is up
   *[on-the] on the last day
}
web-flag-withdrawn = taken back: { $why ->
    [due-moved] the due day moved
    [ended] it had been met or given up before
    [held] the clock stands still
    [unknown] the days cannot be counted any more
    [waived] it was waived
    [not-opened] it was not owed again after all
   *[not-reached] the step is not reached any more
}

# Pages for people outside, by a link.
web-link-refused = This link does not work
web-link-unknown = This link is not known here. Please copy the whole address from the letter.
web-link-expired = This link held until { $day }. Please ask the office for a new one.
web-link-revoked = This link was replaced. Please use the one in the latest letter, or ask the office.
web-link-form-kept = What was filled in on this phone is kept. Hand it in from there, and the office will look at it.
web-link-form = Go to what is on this phone
web-unsubscribe-title = End your digests?
web-unsubscribe-lead = You would no longer get the digest of what is due, late and planned.
web-unsubscribe-still = You will still be told about what you are responsible for: what is late, and letters that did not arrive.
web-unsubscribe-end = End the digests
web-unsubscribed-title = Your digests have ended
web-unsubscribed-back = You can have them again at any time, here or from the office.
web-unsubscribed-resume = Send them again
web-too-late = The office does not answer at the moment. Please try again in a minute.
web-wrong-method = This address is not for what was sent to it. Please open the link from the letter again, and use the page that it shows.
