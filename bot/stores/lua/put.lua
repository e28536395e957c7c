-- A row for PostgreSQL, once: the client sends it again when the answer is lost. KEYS: outbox, mark of the row. ARGV: row.
if not redis.call('SET', KEYS[2], '1', 'NX', 'EX', 60) then return 0 end
redis.call('XADD', KEYS[1], '*', 'e', ARGV[1])
return 1
