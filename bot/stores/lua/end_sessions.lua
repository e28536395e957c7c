-- Every sign-in of one agent ends at one moment. KEYS: digests. ARGV: what comes before a digest in a key.
local digests = redis.call('ZRANGE', KEYS[1], 0, -1)
for _, digest in ipairs(digests) do redis.call('DEL', ARGV[1] .. digest) end
redis.call('DEL', KEYS[1])
return #digests
