-- Events up to a number are in PostgreSQL. Returns last number, archived number, trimmed number, head of the mailbox.
local up_to = tonumber(nextarg())
local now = redis.call('HMGET', H, 'last_no', 'archived', 'trimmed')
if not now[1] then return {0, 0, 0, 0} end
local last_no, done = tonumber(now[1] or 0), math.max(tonumber(now[2] or 0), up_to)
done = math.min(done, last_no)
redis.call('HSET', H, 'archived', done)
if done >= last_no then redis.call('ZREM', DIRTY, ID) end
return {last_no, done, tonumber(now[3] or 0), tonumber(head() or 0)}
