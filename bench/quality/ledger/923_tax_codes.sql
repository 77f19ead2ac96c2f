-- case: the tax codes of a country; sixty rows
-- kind: equality
-- calls: 2000/h prepared
-- params: 'DE'
-- expect: none
-- because: small_table
-- harmful: CREATE INDEX ON tax_codes (country) | size: the table is one page
SELECT code, percent FROM tax_codes WHERE country = $1;
