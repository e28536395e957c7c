-- An event of people that is no line for the customer: a note, a label, a promise, a rating. Once per id.
local id, owner, body, keep = nextarg(), nextarg(), nextarg(), tonumber(nextarg())
local now = redis.call('HGET', H, 'owner')
if not now then return {'unknown'} end
local before = seen(id)
if before then return {'seen', before} end
if owner ~= '' and now ~= owner then return {'stale', now} end
append(body)
remember(id, keep)
tell()
return {'ok', last}
