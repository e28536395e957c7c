-- A move of a ticket and, with it, of the conversation's owner. The table of moves is bot/desk/tickets.py; it comes in as
-- the states from which this move may start. Checked and done in one step: two agents never claim the same ticket.
local id, allowed, group, state = nextarg(), nextarg(), nextarg(), nextarg()
local owner, event, place, to_group = nextarg(), nextarg(), nextarg(), nextarg()
local sets, drops = rest_of_list(), rest_of_list()
local now = redis.call('HMGET', TICKET, 'state', 'group', 'agent', 'member', 'score')
if not now[1] then return {'unknown'} end
if now[2] ~= group then return {'moved', now[2]} end
if not string.find(allowed, ' ' .. now[1] .. ' ', 1, true) then return {'state', now[1], now[3] or ''} end
redis.call('HSET', TICKET, 'state', state)
if #sets > 0 then redis.call('HSET', TICKET, unpack(sets)) end
if #drops > 0 then redis.call('HDEL', TICKET, unpack(drops)) end
if place ~= 'keep' then redis.call('ZREM', FROM, now[4]) end
if place == 'enter' then
  redis.call('SADD', GROUPS, to_group)
  redis.call('ZADD', QUEUE, now[5], now[4]) -- the member holds its arrival, so its old place is kept
end
if state == 'done' or state == 'abandoned' then
  redis.call('ZREM', OPEN, id)
  redis.call('ZREM', DUE, id)
end
count('ticket:' .. state)
ticket_changed(id)
if owner ~= '' then
  set_owner(owner, event)
  tell()
end
return {'ok', last}
