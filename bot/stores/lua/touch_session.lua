-- Somebody is there: the sign-in idles anew. It may have ended this moment, and must not come back as half of itself.
-- KEYS: session. ARGV: ms now, milliseconds of life.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'used_at', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
