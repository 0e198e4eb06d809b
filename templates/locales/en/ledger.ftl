# How a due day was counted, wherever it is told: letters, reports, pages, the command line.
ledger-start = { $owed ->
    [report] Completed { $day }, not counted
   *[record] Visit on { $day }, not counted
}
ledger-working-day = working day { $n }
ledger-listed-working-day = working day { $n }: { $what }
ledger-make-up = make-up working day
ledger-worked = worked
ledger-worked-by = worked by { $calendar }
ledger-half = half day
ledger-weekend = weekend
ledger-due = due by its end
ledger-provisional = provisional: holidays of these days are not published yet
ledger-estimated = estimated
ledger-calendar = calendar { $calendar }, version { $version }
ledger-by-layer = { $what } ({ $from })
ledger-layer = { $layer ->
    [weekend] weekend
    [country] country
    [subdivision] region
    [municipality] town
    [company] company
    [customer] customer
    [site] site
   *[engineer] engineer
}
ledger-now-off = { $days } is off now: { $why }
ledger-now-counted = { $days } counts now: { $why }
ledger-off-no-more = { $days } counts again; it was off before: { $why }
ledger-not-counted = cannot be counted
ledger-and = {", "}
