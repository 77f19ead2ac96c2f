-- case: the tax codes of a country; sixty rows
-- kind: equality
-- calls: 2000/h prepared
-- params: 'DE'
-- expect: none
-- because: small_table
-- harmful: CREATE INDEX ON tax_codes (country) | size: the table is one page
-- measured: without=0.008 with=0.009 ratio=1.1250 used=no
SELECT code, percent FROM tax_codes WHERE country = $1;
