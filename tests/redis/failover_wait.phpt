--TEST--
Redis: cfsession.failover_wait: requests wait for a server that is down and refuses connections
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/redis_store.inc';

$store = new RedisStore(RedisServer::start(['save' => '3600 1']));
require __DIR__ . '/../handler/failover_wait.inc';
?>
--EXPECT--
down when it starts: [true,1,"in time"]
  writes: in time
  stored: n|i:2;
s: [true,1,"in time"]
new: [true,null,"in time"]
unchanged: [true,1,"in time"]
destroyed: [true,1,"in time"]
s, which was down when it ended: in time
  stored: n|i:2;
new, which was down when it ended: in time
  stored: n|i:1;
unchanged, which was down when it ended: in time
  stored: n|i:1;
destroyed, which was down when it ended: in time
  stored: null
unless it is not to be waited for, it writes: Warning: session_write_close(): cfsession: cannot write the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (tcp://HOST:PORT)
at once
  it starts: Warning: session_start(): cfsession: cannot read the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT)
[false,null,"at once"]
at once
for so long, and no longer, it writes: Warning: session_write_close(): cfsession: cannot write the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (tcp://HOST:PORT)
at once
  it starts: Warning: session_start(): cfsession: cannot read the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT)
[false,null,"at once"]
at once
a silent one: Warning: session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 1 s (cfsession.timeout)
Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT)
[false,null,"after a while"]
at once
