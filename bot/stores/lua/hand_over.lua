-- The desk takes a conversation that has no ticket now, whatever turn is under way: that turn's epoch is old from here on.
local from, no, label = nextarg(), nextarg(), nextarg()
-- The same call again, after its answer was lost.
if redis.call('EXISTS', TICKET) == 1 then return {'already'} end
local owner = redis.call('HGET', H, 'owner')
if owner ~= from or (no ~= '' and head() ~= no) then return {'stale', owner or ''} end
local first = tonumber(redis.call('HGET', H, 'last_no') or 0) + 1
for _, line in ipairs(rest_of_list()) do append(line) end
if label ~= '' then redis.call('HSET', H, 'label', label) end
for _, name in ipairs(rest_of_list()) do count(name) end
open_ticket(read_ticket())
tell(no ~= '' and no or nil)
return {'ok', first, last}
