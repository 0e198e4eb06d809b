-- Towns with holidays of their own, and what a changed calendar did to due days.

-- by its name, or empty
alter table site add column municipality text not null default '';

-- An open deadline that fell on another day when it was counted anew.
create table deadline_move (
  id integer primary key,
  deadline_id integer not null references deadline (id),
  moved_at text not null,
  -- days at the site; null where it could not be counted
  was_on text,
  is_on text,
  -- code and version of the calendar before and after
  was_calendar text not null,
  was_version text not null,
  is_calendar text not null,
  is_version text not null,
  -- JSON: the days that made the difference
  why text not null,
  check (was_on is not null or is_on is not null)
) strict;
create index deadline_move_by_deadline on deadline_move (deadline_id);
create index deadline_move_by_time on deadline_move (moved_at);
