-- A report is owed from the day of its visit, as its record is: visits of which the record alone is watched are looked at
-- once more.
update visit set watched = 0 where state = 'booked' and watched;
