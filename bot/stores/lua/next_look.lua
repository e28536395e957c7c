-- The watch looked: next time at ARGV[3], or never ('') again. Not when somebody set another time meanwhile. KEYS: reminders.
-- ARGV: member, the time it was due, the next.
if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or -1) ~= tonumber(ARGV[2]) then return 0 end
if ARGV[3] == '' then return redis.call('ZREM', KEYS[1], ARGV[1]) end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
return 1
