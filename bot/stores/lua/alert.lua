-- A clock of a ticket ran out: told once, as an internal event. `flag` is the field that remembers it.
local id, flag, event, stop = nextarg(), nextarg(), nextarg(), nextarg() == '1'
if redis.call('ZSCORE', DUE, id) == false or redis.call('HSETNX', TICKET, flag, AT) == 0 then return 0 end
if stop then redis.call('ZREM', DUE, id) end
append(event)
ticket_changed(id)
count('ticket:' .. flag)
tell()
return last
