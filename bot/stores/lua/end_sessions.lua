-- Every sign-in of one agent ends at one moment. KEYS: set of digests. ARGV: what comes before a digest in a key.
local digests = redis.call('SMEMBERS', KEYS[1])
for _, digest in ipairs(digests) do redis.call('DEL', ARGV[1] .. digest) end
redis.call('DEL', KEYS[1])
return #digests
