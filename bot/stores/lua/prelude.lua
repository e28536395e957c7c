-- Shared by every script on a conversation: names of KEYS (order of keys.for_script) and the few things all of them do.
local H, LOG, MAIL, IDS, SLOTS, TRACK, MINE = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local READY, WAITING, DIRTY, ALL, COUNTERS, CHANNEL = KEYS[8], KEYS[9], KEYS[10], KEYS[11], KEYS[12], KEYS[13]
local TICKETS, OPEN, DUE, DIRTY_TICKETS, GROUPS = KEYS[14], KEYS[15], KEYS[16], KEYS[17], KEYS[18]
local TICKET, QUEUE, FROM = KEYS[19], KEYS[20], KEYS[21]
local HELD, HELD_FROM, HOLDERS, GIVEN, DEED, UNSPOKEN = KEYS[22], KEYS[23], KEYS[24], KEYS[25], KEYS[26], KEYS[27]
local HOOKS, HOOK_MAIL, HOOKS_DUE = KEYS[28], KEYS[29], KEYS[30]
local OF_BUYER = KEYS[31]
-- The first four arguments are the same everywhere.
local ID, AT, MS = ARGV[1], ARGV[2], ARGV[3]
local arg = 3
local function nextarg() arg = arg + 1; return ARGV[arg] end
local function rest_of_list() -- a count, then that many values
  local n, values = tonumber(nextarg()), {}
  for i = 1, n do values[i] = nextarg() end
  return values
end

local last = 0
local passed = nil
local changed = nil

-- An event with a hook is told to the shop's systems, too. It waits for the sender from the same step that wrote it: none is
-- lost, and none is told that did not happen. Without an address to tell it to, nothing waits.
local function announce(event)
  if redis.call('HEXISTS', HOOKS, 'to') == 0 then return end
  redis.call('RPUSH', HOOK_MAIL, event)
  redis.call('ZADD', HOOKS_DUE, 'NX', MS, ID)
end

-- Events are spliced, not decoded: Lua's JSON turns [] into {} and costs time with the length of the text.
local function append(body, extra)
  last = redis.call('HINCRBY', H, 'last_no', 1)
  local event = '{"v":1,"no":' .. last .. ',"at":"' .. AT .. '",' .. (extra or '') .. string.sub(body, 2)
  redis.call('XADD', LOG, last .. '-0', 'e', event)
  if string.sub(body, 1, 8) == '{"hook":' then announce(event) end
  return last
end

local function head()
  local item = redis.call('LINDEX', MAIL, 0)
  if not item then return nil, nil end
  local no, ms = string.match(item, '^(%d+):(%d+)$')
  return no, ms
end

-- Keeps the index by which watch finds mail that waits too long.
local function mark_waiting()
  local _, ms = head()
  if ms then redis.call('ZADD', WAITING, ms, ID) else redis.call('ZREM', WAITING, ID) end
end

-- Every change of owner: epoch, event and what is unanswered in the mailbox, together (architecture §4).
local function set_owner(owner, body)
  local epoch = redis.call('HINCRBY', H, 'epoch', 1)
  local numbers = {}
  for i, item in ipairs(redis.call('LRANGE', MAIL, 0, -1)) do numbers[i] = string.match(item, '^%d+') end
  passed = table.concat(numbers, ',')
  redis.call('DEL', MAIL)
  redis.call('ZREM', WAITING, ID)
  redis.call('HDEL', H, 'deliveries')
  redis.call('HSET', H, 'owner', owner)
  append(body, '"epoch":' .. epoch .. ',"passed":[' .. passed .. '],')
  return epoch
end

local function count(name) redis.call('HINCRBY', COUNTERS, name, 1) end

-- Once per id: what came before under this id has that number, whoever owns the conversation now.
local function seen(id)
  local no = id ~= '' and redis.call('ZSCORE', IDS, id)
  return no and tonumber(no)
end

local function remember(id, keep)
  if id == '' then return end
  redis.call('ZADD', IDS, last, id)
  redis.call('ZREMRANGEBYRANK', IDS, 0, -1 - keep)
end

-- News for everybody who listens: the conversation, its owner now, and the ticket that changed.
local function tell(turn)
  local now = redis.call('HMGET', H, 'owner', 'last_no')
  if last > 0 then
    redis.call('ZADD', DIRTY, 'NX', MS, ID)
    redis.call('ZADD', ALL, MS, ID)
  end
  local text = '{"c":' .. cjson.encode(ID) .. ',"no":' .. now[2] .. ',"turn":' .. (turn or 'null')
    .. ',"o":' .. cjson.encode(now[1]) .. ',"t":' .. (changed and cjson.encode(changed) or 'null')
  if passed then text = text .. ',"passed":[' .. passed .. ']' end
  redis.call('PUBLISH', CHANNEL, text .. '}')
end

local function ticket_changed(id)
  changed = id
  redis.call('HINCRBY', TICKET, 'rev', 1)
  redis.call('ZADD', DIRTY_TICKETS, 'NX', MS, id)
end

-- When the watch looks at an open ticket again; '': not before something of it begins to run.
local function look_again(id, at)
  if at == '' or not redis.call('ZSCORE', OPEN, id) then redis.call('ZREM', DUE, id) else redis.call('ZADD', DUE, at, id) end
end

-- Into an agent's hands and out of them: the indexes that loads, assignment and watch read.
local function hold(id, agent)
  redis.call('ZADD', HELD, MS, id)
  redis.call('ZADD', UNSPOKEN, MS, id)
  redis.call('SADD', HOLDERS, agent)
  redis.call('ZADD', GIVEN, MS, agent)
  redis.call('HSET', H, 'last_agent', agent)
end

local function let_go(id, agent)
  redis.call('ZREM', UNSPOKEN, id)
  if redis.call('ZREM', HELD_FROM, id) == 1 and redis.call('EXISTS', HELD_FROM) == 0 then
    redis.call('SREM', HOLDERS, agent)
  end
end

-- A new ticket in its group's queue, or in the hands of the agent who took the conversation; the conversation goes with it.
local function open_ticket(ticket)
  local previous = redis.call('HGET', H, 'ticket_id')
  redis.call('HSET', TICKET, unpack(ticket.fields))
  if previous and previous ~= '' then redis.call('HSET', TICKET, 'previous', previous) end
  redis.call('HSET', H, 'ticket_id', ticket.id)
  redis.call('LPUSH', MINE, ticket.id)
  redis.call('ZADD', TICKETS, MS, ticket.id)
  redis.call('ZADD', OPEN, MS, ticket.id)
  if ticket.buyer ~= '' then
    redis.call('ZADD', OF_BUYER, MS, ticket.id)
    redis.call('ZREMRANGEBYRANK', OF_BUYER, 0, -1 - tonumber(ticket.keep))
  end
  look_again(ticket.id, ticket.look)
  redis.call('SADD', GROUPS, ticket.group)
  if ticket.agent ~= '' then hold(ticket.id, ticket.agent)
  else redis.call('ZADD', QUEUE, ticket.score, ticket.member) end
  ticket_changed(ticket.id)
  count('handed_off')
  count('handed_off:' .. ticket.group)
  set_owner(ticket.owner, ticket.event)
end

local function read_ticket() -- '' or id, group, agent, member, score, next look, owner, owner event, buyer, how many of his are kept, fields
  local id = nextarg()
  if id == '' then return nil end
  local ticket = {id = id}
  ticket.group, ticket.agent, ticket.member, ticket.score, ticket.look = nextarg(), nextarg(), nextarg(), nextarg(), nextarg()
  ticket.owner, ticket.event, ticket.buyer, ticket.keep = nextarg(), nextarg(), nextarg(), nextarg()
  ticket.fields = rest_of_list()
  return ticket
end
