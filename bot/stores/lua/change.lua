-- A move of a ticket and, with it, of the conversation's owner. The table of moves is bot/desk/tickets.py; it comes in as
-- the states from which this move may start. Checked and done in one step: two agents never claim the same ticket.
local id, rev, spoke, allowed, state = nextarg(), nextarg(), nextarg(), nextarg(), nextarg()
local owner, event, place, to_group, to_agent = nextarg(), nextarg(), nextarg(), nextarg(), nextarg()
local sets, drops, lines = rest_of_list(), rest_of_list(), rest_of_list()
-- The same deed again, after its answer was lost: it is done, and takes no second ticket.
local done = redis.call('GET', DEED)
if done then return {'done', done} end
local now = redis.call('HMGET', TICKET, 'state', 'rev', 'spoke_at', 'agent', 'member', 'score')
if not now[1] then return {'unknown'} end
-- The keys of queues and hands are those of the ticket as it was read; '*': the agent may have said something since.
if now[2] ~= rev or (spoke ~= '*' and (now[3] or '') ~= spoke) then return {'moved'} end
if not string.find(allowed, ' ' .. now[1] .. ' ', 1, true) then return {'state', now[1]} end
redis.call('HSET', TICKET, 'state', state)
if #sets > 0 then redis.call('HSET', TICKET, unpack(sets)) end
if #drops > 0 then redis.call('HDEL', TICKET, unpack(drops)) end
if place ~= 'keep' then
  redis.call('ZREM', FROM, now[5])
  let_go(id, now[4])
end
if place == 'enter' then
  redis.call('SADD', GROUPS, to_group)
  redis.call('ZADD', QUEUE, now[6], now[5]) -- the member holds its arrival, so its old place is kept
end
if to_agent ~= '' then hold(id, to_agent) end
if state == 'done' or state == 'abandoned' then
  redis.call('ZREM', OPEN, id)
  redis.call('ZREM', DUE, id)
  redis.call('HDEL', H, 'asked_at')
end
redis.call('SET', DEED, id, 'PX', 600000)
count('ticket:' .. state)
ticket_changed(id)
for _, line in ipairs(lines) do append(line) end
if owner ~= '' then set_owner(owner, event) end
tell()
return {'ok'}
