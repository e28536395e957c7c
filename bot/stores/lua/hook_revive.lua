-- A dead letter is to be told again: before what waits, as it is older. KEYS: mail, due, dead. ARGV: conversation, delivery,
-- event, now.
if redis.call('HDEL', KEYS[3], ARGV[2]) == 0 then return 0 end
redis.call('LPUSH', KEYS[1], ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
return 1
