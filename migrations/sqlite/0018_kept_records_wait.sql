-- Records that were refused and kept by earlier versions wait for a manager, as what phones hand in does. What is copied
-- here stays in record_conflict as it was. A record of a visit that did not take place, and took place later, is settled.
insert into form_photo (visit_id, sent_sha256, bytes, sha256, received_at)
select distinct photo.visit_id, photo.sha256, 0, photo.sha256, kept.received_at
from record_conflict as kept
join photo on photo.visit_id = kept.visit_id and photo.file like kept.sha256 || '/%'
where true
on conflict (visit_id, sent_sha256) do nothing;

insert into submission (client_id, visit_id, link_id, by_whom, body_sha256, body, office_note, received_at, outcome, why)
select substr(kept.sha256, 1, 48) || printf('%016x', kept.visit_id), kept.visit_id, null, 'engineer:' || visit.engineer, kept.sha256,
       json_object('form', 1, 'id', substr(kept.sha256, 1, 48) || printf('%016x', kept.visit_id), 'device', '', 'record', json(kept.body), 'office_note', '',
                   'photos', json(coalesce((
                     select json_group_array(json_object('file', substr(photo.file, 66), 'sha256', photo.sha256))
                     from photo
                     where photo.visit_id = kept.visit_id and photo.file like kept.sha256 || '/%'
                   ), '[]'))),
       '', kept.received_at, 'review', case when visit.state = 'cancelled' then 'cancelled' else 'other-record' end
from record_conflict as kept
join visit on visit.id = kept.visit_id
where not exists (
  select 1
  from record
  where record.visit_id = kept.visit_id
    and record.received_at > kept.received_at
    and kept.body like '%"outcome":"not-done"%'
)
order by kept.received_at, kept.visit_id, kept.sha256;
