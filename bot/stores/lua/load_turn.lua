-- All that a turn reads, at one moment.
local deliver = nextarg() == '1'
local fields = redis.call('HGETALL', H)
if #fields == 0 then return false end
local no = head()
local event, deliveries = false, 0
if no then
  event = redis.call('XRANGE', LOG, no .. '-0', no .. '-0')[1][2][2]
  if deliver then deliveries = redis.call('HINCRBY', H, 'deliveries', 1)
  else deliveries = tonumber(redis.call('HGET', H, 'deliveries') or 0) end
end
return {fields, event, deliveries, redis.call('LLEN', MAIL), redis.call('GET', SLOTS)}
