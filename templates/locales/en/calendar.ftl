# Visits in calendars: invitations and feeds.
calendar-summary = { mail-purpose }: { $site }
calendar-customer = Customer: { $name }
calendar-engineer = Engineer: { $name }
calendar-engineer-phone = Engineer: { $name }, { $phone }
calendar-equipment = Equipment: { $names }
calendar-topics = Topics: { $names }
calendar-more = { $names } and { $count } more
calendar-visit = Visit { $visit }
calendar-please-answer = Accept to confirm the time. Does it not suit you? Decline and say when would be better, and we will find another.
calendar-planned = Planned, but not announced yet; the time may still change.
calendar-answer-accepted = Accepted: { $name }
calendar-answer-tentative = Perhaps: { $name }
calendar-answer-declined = Asks to move it: { $name }
calendar-answer-comment = { $answer } ({ $comment })
calendar-feed-name = { $company }: visits, { $name }

# To managers: somebody who was invited asks for another time.
mail-visit-asked-subject = Asked to move: { mail-purpose } at { $site } on { $day } at { $time }
mail-visit-asked-headline = { $by } asks to move a visit
mail-visit-asked-lead = { mail-purpose } at { $site }: { $by } has declined the time below. The visit stays booked until you move it.
mail-visit-asked-words = In their own words: { $comment }
mail-visit-asked-todo = To find another time: ronda visit move { $visit } --on DAY --at TIME. Further answers about this time are in ronda visit show { $visit }.
