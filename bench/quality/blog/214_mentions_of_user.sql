-- case: who mentioned me; names are compared without case by their type
-- kind: equality
-- calls: 3000/h prepared
-- params: 'user4711'
-- params: 'USER19000'
-- expect: CREATE INDEX ON mentions (handle)
-- accept: CREATE INDEX ON mentions USING hash (handle)
-- harmful: CREATE INDEX ON mentions (lower(handle)) | unused: the type does that already
-- measured: without=27.736 with=0.013 ratio=0.0005 used=yes
SELECT post_id FROM mentions WHERE handle = $1;
