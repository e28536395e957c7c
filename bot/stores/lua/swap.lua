-- Replace one field, unless somebody did meanwhile. KEYS: hash. ARGV: field, value as read, new value.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
