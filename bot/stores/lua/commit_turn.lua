-- A turn whole or not at all: lines, decision, tracker, mailbox, and with a ticket the hand-off.
local epoch, no, label = nextarg(), nextarg(), nextarg()
local now = redis.call('HMGET', H, 'owner', 'epoch', 'answered')
if tonumber(now[3] or 0) >= tonumber(no) then return {'already'} end
if now[1] ~= 'bot' or now[2] ~= epoch or head() ~= no then
  count('stale')
  return {'stale', now[1] or '', now[2] or ''}
end
local first = tonumber(redis.call('HGET', H, 'last_no')) + 1
for _, line in ipairs(rest_of_list()) do append(line) end
append(nextarg())
local slots, max_events = nextarg(), tonumber(nextarg())
redis.call('SET', SLOTS, slots)
local events = rest_of_list()
for i = 1, #events, 500 do redis.call('RPUSH', TRACK, unpack(events, i, math.min(i + 499, #events))) end
redis.call('LTRIM', TRACK, -max_events, -1)
if label ~= '' then redis.call('HSET', H, 'label', label) end
redis.call('LPOP', MAIL)
redis.call('HSET', H, 'answered', no)
redis.call('HDEL', H, 'deliveries')
local _, asked = head()
if asked then redis.call('HSET', H, 'asked_at', asked) else redis.call('HDEL', H, 'asked_at') end
for _, name in ipairs(rest_of_list()) do count(name) end
local ticket = read_ticket()
if ticket then open_ticket(ticket) else mark_waiting() end
tell(no)
return {'ok', first, last}
