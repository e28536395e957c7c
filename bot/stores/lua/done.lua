-- Leave a conversation: only with an empty mailbox, else a message that came this moment would wait for nobody.
-- KEYS: conversation, mail, ready. ARGV: entry, group.
if redis.call('HGET', KEYS[1], 'ready') == ARGV[1] then
  if redis.call('LLEN', KEYS[2]) > 0 then return 0 end
  redis.call('HDEL', KEYS[1], 'ready')
end
redis.call('XACK', KEYS[3], ARGV[2], ARGV[1])
redis.call('XDEL', KEYS[3], ARGV[1])
return 1
