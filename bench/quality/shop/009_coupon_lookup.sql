-- case: the checkout looks at a coupon; there are 150
-- kind: equality
-- calls: 600/h prepared
-- params: 'SAVE77'
-- params: 'NOPE'
-- expect: none
-- because: small_table
-- harmful: CREATE INDEX ON coupons (code) | size: as large as the table, which is one page
-- measured: without=0.007 with=0.007 ratio=1.0000 used=no
SELECT percent, valid_until FROM coupons WHERE code = $1;
