-- Not dirty any more, unless the ticket changed since it was read. KEYS: ticket, dirty tickets. ARGV: id, version.
if redis.call('HGET', KEYS[1], 'rev') ~= ARGV[2] then return 0 end
return redis.call('ZREM', KEYS[2], ARGV[1])
