-- Read up to a number, never back to a lower one (two screens of one agent), and only so many conversations remembered.
-- KEYS: numbers, order. ARGV: conversation, number, how many, seconds of life.
if tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or -1) >= tonumber(ARGV[2]) then return 0 end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], time[1] * 1000 + math.floor(time[2] / 1000), ARGV[1])
local many = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[3])
if many > 0 then
  local old = redis.call('ZPOPMIN', KEYS[2], many)
  for i = 1, #old, 2 do redis.call('HDEL', KEYS[1], old[i]) end
end
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('EXPIRE', KEYS[2], ARGV[4])
return 1
