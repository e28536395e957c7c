-- A visitor's message: refused when seen, logged, mailed, announced to the workers. One step, because the ack that follows
-- means "on disk, and somebody will answer".
local client, buyer, body, reopened, keep = nextarg(), nextarg(), nextarg(), nextarg(), tonumber(nextarg())
local ticket, plan, answered, state, event, too_late = nextarg(), nextarg(), nextarg(), nextarg(), nextarg(), nextarg()
local known = redis.call('HMGET', H, 'owner', 'epoch', 'ready')
local before = seen(client)
if before then
  count('duplicates')
  return {before, 1, known[1], tonumber(known[2])}
end
local owner, epoch = known[1], tonumber(known[2])
if not owner then
  owner, epoch = 'bot', 0
  redis.call('HSET', H, 'v', 1, 'owner', owner, 'epoch', 0)
  count('conversations')
elseif owner == 'closed' then
  owner = 'bot'
  local old = redis.call('HGET', H, 'ticket_id')
  epoch = set_owner(owner, '{"ticket":' .. (old and cjson.encode(old) or 'null') .. ',' .. string.sub(reopened, 2))
end
-- The last buyer that the shop named: a message without one is that buyer's.
if buyer ~= '' then redis.call('HSET', H, 'buyer_id', buyer) end
local no = append(body, '"to":' .. cjson.encode(owner) .. ',')
remember(client, keep)
redis.call('HSETNX', H, 'asked_at', MS) -- since the first message that nobody has answered
redis.call('HSET', H, 'last_visitor_no', no)
count('accepted')
if owner == 'bot' then
  if redis.call('RPUSH', MAIL, no .. ':' .. MS) == 1 then redis.call('ZADD', WAITING, MS, ID) end
  if not known[3] then redis.call('HSET', H, 'ready', redis.call('XADD', READY, '*', 'c', ID)) end
end
-- The button of a plan: its answer is ticked with the message, unless it is another plan or an ended matter meanwhile; then the
-- customer hears that, as a line of this message's turn. The message's number goes where 0 stands.
if too_late ~= '' then
  if ticket ~= '' and redis.call('ZSCORE', OPEN, ticket) and redis.call('HGET', TICKET, 'plan') == plan then
    redis.call('HSET', TICKET, 'plan', (string.gsub(answered, '"answer_no":0', '"answer_no":' .. no, 1)))
    if state ~= '' and redis.call('HGET', TICKET, 'state') == 'planned' then redis.call('HSET', TICKET, 'state', state) end
    append(event, '"message_no":' .. no .. ',')
    ticket_changed(ticket)
  else
    append((string.gsub(too_late, '"turn":null', '"turn":' .. no, 1)))
  end
end
tell()
return {no, 0, owner, epoch}
