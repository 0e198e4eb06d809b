# The digest, the review, and the pages that their links open.
digest-waits-record = the record is missing
digest-waits-drawing = the report is not drawn yet
digest-waits-delivery = sent, and not accepted by every mail server yet
digest-waits-refused = a mail server refused the letter
digest-waits-recipient = nobody at the site receives reports
digest-waits-visit = the visit is planned for { $day }
digest-waits-planning = no visit is planned
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
digest-open = Open and decide
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
digest-excused = { $count } excused
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
