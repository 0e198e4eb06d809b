-- The same bytes may come under one id for two visits: each is kept.
alter table submission drop constraint submission_client_id_body_sha256_key;
alter table submission add unique (client_id, visit_id, body_sha256);
