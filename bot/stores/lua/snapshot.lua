-- One conversation for the ledger, at one moment: hash, log, mailbox, waiting mark.
local events = {}
for i, entry in ipairs(redis.call('XRANGE', LOG, '-', '+')) do events[i] = entry[2][2] end
return {redis.call('HGETALL', H), events, redis.call('LRANGE', MAIL, 0, -1), redis.call('ZSCORE', WAITING, ID) or ''}
