-- Drop archived events, keeping what became of their messages as sums: the ledger still adds up.
-- Nothing happens when somebody trimmed meanwhile. ARGV after the first three: trimmed so far, up to, fate names and numbers.
local before, up_to = nextarg(), nextarg()
local sums = rest_of_list()
if (redis.call('HGET', H, 'trimmed') or '0') ~= before then return 0 end
redis.call('XTRIM', LOG, 'MINID', '=', (tonumber(up_to) + 1) .. '-0')
redis.call('HSET', H, 'trimmed', up_to)
for i = 1, #sums, 2 do redis.call('HINCRBY', H, 'kept_' .. sums[i], sums[i + 1]) end
return 1
