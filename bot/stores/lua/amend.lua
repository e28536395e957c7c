-- What a ticket says changes, and the event that tells it, together; once per id. Refused when the ticket changed since it
-- was read: two people who tick different pieces of evidence at once both find theirs ticked.
local ticket, rev, id, keep = nextarg(), nextarg(), nextarg(), tonumber(nextarg())
local event, member, score, look, sets = nextarg(), nextarg(), nextarg(), nextarg(), rest_of_list()
local now = redis.call('HMGET', TICKET, 'rev', 'member', 'score')
if not now[1] then return {'unknown'} end
local before = seen(id)
if before then return {'seen', before} end
if now[1] ~= rev then return {'moved'} end
if #sets > 0 then redis.call('HSET', TICKET, unpack(sets)) end
-- Another due time is another place in the queue; another severity one among those due in the same second.
if member ~= now[2] or score ~= now[3] then
  redis.call('HSET', TICKET, 'member', member, 'score', score)
  if redis.call('ZREM', QUEUE, now[2]) == 1 then redis.call('ZADD', QUEUE, score, member) end
end
look_again(ticket, look)
if event ~= '' then
  append(event)
  remember(id, keep)
end
ticket_changed(ticket)
tell()
return {'ok', last}
