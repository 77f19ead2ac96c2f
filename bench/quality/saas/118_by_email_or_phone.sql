-- case: the phone system looks for a user by address or number
-- kind: or, equality
-- calls: 3000/h prepared
-- params: 'user17@company17.test', '+491000000'
-- params: 'x', '+491134623'
-- expect: CREATE INDEX ON users (phone)
-- accept: CREATE INDEX ON users (phone) WHERE phone IS NOT NULL
-- accept: CREATE INDEX ON users USING hash (phone)
-- harmful: CREATE INDEX ON users (email, phone) | unused: OR needs an index for each side
SELECT id, name FROM users WHERE email = $1 OR phone = $2;
