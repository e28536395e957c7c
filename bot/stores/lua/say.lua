-- A line of the agent who owns the conversation, once per id. Line, clocks and ticket in one step: a ticket is never given
-- back as silent by a watch that did not see the line.
local id, owner, body, ticket, keep = nextarg(), nextarg(), nextarg(), nextarg(), tonumber(nextarg())
local now = redis.call('HMGET', H, 'owner', 'ticket_id')
if not now[1] then return {'unknown'} end
local before = seen(id)
if before then return {'seen', before} end
if now[1] ~= owner then return {'stale', now[1]} end
if (now[2] or '') ~= ticket then return {'moved'} end
append(body)
remember(id, keep)
redis.call('HDEL', H, 'asked_at')
redis.call('HSET', TICKET, 'spoke_at', AT)
redis.call('ZREM', UNSPOKEN, ticket)
-- The first human answer stops the clock of the ticket.
if redis.call('HSETNX', TICKET, 'first_reply_at', AT) == 1 then
  redis.call('ZREM', DUE, ticket)
  ticket_changed(ticket)
end
tell()
return {'ok', last}
