-- A line for the customer by whoever owns the conversation, or a line of the desk. '' as owner: whoever owns it.
local owner, turn, once, body, reply = nextarg(), nextarg(), nextarg() == '1', nextarg(), nextarg()
local now = redis.call('HMGET', H, 'owner', 'ticket_id', 'noticed')
if not now[1] then return {'unknown'} end
if owner ~= '' and now[1] ~= owner then return {'stale', now[1]} end
if once then
  if head() ~= turn or tonumber(now[3] or 0) >= tonumber(turn) then return {'said'} end
  redis.call('HSET', H, 'noticed', turn)
end
append(body)
-- The first human answer stops the clock of the ticket.
if reply ~= '' and now[2] == reply and redis.call('HSETNX', TICKET, 'first_reply_at', AT) == 1 then
  redis.call('ZREM', DUE, reply)
  ticket_changed(reply)
end
tell()
return {'ok', last}
