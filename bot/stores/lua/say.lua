-- A line of the agent who owns the conversation, once per id. Line, clocks and ticket in one step: a ticket is never given
-- back as silent by a watch that did not see the line.
local id, owner, body, ticket, keep = nextarg(), nextarg(), nextarg(), nextarg(), tonumber(nextarg())
local rev, score, look, sets = nextarg(), nextarg(), nextarg(), rest_of_list()
local now = redis.call('HMGET', H, 'owner', 'ticket_id')
if not now[1] then return {'unknown'} end
local before = seen(id)
if before then return {'seen', before} end
if now[1] ~= owner then return {'stale', now[1]} end
-- What the line ticks was read off the ticket as it was then.
if (now[2] or '') ~= ticket or (redis.call('HGET', TICKET, 'rev') or '') ~= rev then return {'moved'} end
append(body)
remember(id, keep)
redis.call('HDEL', H, 'asked_at')
redis.call('HSET', TICKET, 'spoke_at', AT)
redis.call('ZREM', UNSPOKEN, ticket)
local first = redis.call('HSETNX', TICKET, 'first_reply_at', AT) == 1
if #sets > 0 then
  redis.call('HSET', TICKET, 'score', score, unpack(sets))
  look_again(ticket, look)
end
if first or #sets > 0 then ticket_changed(ticket) end
tell()
return {'ok', last}
