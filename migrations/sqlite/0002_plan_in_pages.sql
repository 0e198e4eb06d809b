-- What the planner reads a page at a time: rounds by site, slots without a visit by number.

create index round_by_site on round (site);

drop index slot_unplanned;
create index slot_unplanned on slot (id) where unplanned is not null;
