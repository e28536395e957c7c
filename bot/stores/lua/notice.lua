-- A line of the desk for the customer. '' as owner: whoever owns the conversation.
local owner, turn, once, body = nextarg(), nextarg(), nextarg() == '1', nextarg()
local now = redis.call('HMGET', H, 'owner', 'noticed')
if not now[1] then return {'unknown'} end
if owner ~= '' and now[1] ~= owner then return {'stale', now[1]} end
if once then
  if head() ~= turn or tonumber(now[2] or 0) >= tonumber(turn) then return {'said'} end
  redis.call('HSET', H, 'noticed', turn)
end
append(body)
tell()
return {'ok', last}
