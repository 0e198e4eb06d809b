-- Booked visits are judged by the facts until their record is there, also after their day.
create index visit_to_take_place on visit (day, id) where completed_at is null and cancelled_at is null;
