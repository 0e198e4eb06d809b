-- Nobody writes to who has left: who that is, and whether an address is somebody else's still.
create index contact_left on contact (left_on) where left_on is not null;
create index contact_by_email on contact (email);
