-- The daemon's clocks ask before each sleep in which zones there are sites.
create index site_by_time_zone on site (time_zone);
