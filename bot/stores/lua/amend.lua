-- What a ticket says changes, and the event that tells it, together; once per id. Refused when the ticket changed since it
-- was read: two people who tick different pieces of evidence at once both find theirs ticked.
local ticket, rev, id, keep = nextarg(), nextarg(), nextarg(), tonumber(nextarg())
local event, member, sets = nextarg(), nextarg(), rest_of_list()
local now = redis.call('HMGET', TICKET, 'rev', 'member')
if not now[1] then return {'unknown'} end
local before = seen(id)
if before then return {'seen', before} end
if now[1] ~= rev then return {'moved'} end
if #sets > 0 then redis.call('HSET', TICKET, unpack(sets)) end
-- A new severity is a new place among those due in the same second.
if member ~= '' then
  local score = redis.call('ZSCORE', QUEUE, now[2])
  redis.call('HSET', TICKET, 'member', member)
  if score then
    redis.call('ZREM', QUEUE, now[2])
    redis.call('ZADD', QUEUE, score, member)
  end
end
if event ~= '' then
  append(event)
  remember(id, keep)
end
ticket_changed(ticket)
tell()
return {'ok', last}
