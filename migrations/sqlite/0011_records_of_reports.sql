-- A signature that comes late replaces a visit's record. Each revision of its report keeps the hash of the record that it
-- was drawn from: the code in the report's address is taken from it.
alter table report add column record_sha256 text;

-- The latest revision was drawn from the record as it is, unless that was signed since; what was drawn before the
-- signature, from the record as it was handed in.
update report
set record_sha256 = case
  when exists (select 1 from record where record.visit_id = report.visit_id and record.reported)
    and report.revision = (select max(other.revision) from report as other where other.visit_id = report.visit_id)
  then (select record.sha256 from record where record.visit_id = report.visit_id)
  else (select countersign.record_sha256 from countersign where countersign.visit_id = report.visit_id)
end;

create index report_by_record on report (record_sha256);
