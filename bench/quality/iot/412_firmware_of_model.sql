-- case: the firmware for a model; a hundred rows
-- kind: equality
-- calls: 5000/h prepared
-- params: 'model-3'
-- expect: none
-- because: small_table
-- harmful: CREATE INDEX ON firmware (model) | size: the table is one page
-- measured: without=0.007 with=0.007 ratio=1.0000 used=no
SELECT version FROM firmware WHERE model = $1;
