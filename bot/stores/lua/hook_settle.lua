-- The oldest event that a conversation's hooks wait with was told, failed, or is given up. Nothing when it is no longer the
-- oldest: another sender settled it, or somebody put an older one before it; it is told again then, never lost.
-- KEYS: mail, due, tries, dead. ARGV: conversation, event as it was read, delivery, now, next try ('': it leaves), what is kept
-- of it: its tries, or the dead letter ('': it was told).
if redis.call('LINDEX', KEYS[1], 0) ~= ARGV[2] then return 0 end
if ARGV[5] ~= '' then
  redis.call('HSET', KEYS[3], ARGV[3], ARGV[6])
  redis.call('ZADD', KEYS[2], ARGV[5], ARGV[1])
  return 1
end
if ARGV[6] ~= '' then redis.call('HSET', KEYS[4], ARGV[3], ARGV[6]) end
redis.call('LPOP', KEYS[1])
redis.call('HDEL', KEYS[3], ARGV[3])
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
else redis.call('ZREM', KEYS[2], ARGV[1]) end
return 1
