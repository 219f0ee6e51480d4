--TEST--
Redis: forked processes share what one of them found out about a silent server
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
extension_loaded('pcntl') or die('skip pcntl is not loaded');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_redis.inc';
$protocol = 'redis';
require __DIR__ . '/../handler/silence_shared.inc';
?>
--EXPECT--
one: did not answer within 300 ms (cfsession.timeout)
another: did not answer a moment ago and is not asked
connections: 0
one that is to ask anyhow: did not answer within 300 ms (cfsession.timeout)
one whose interval is over: did not answer within 300 ms (cfsession.timeout)
one when it answers again, and others may not know: did not answer a moment ago and is not asked
the others, since it has answered that one: started
this process: started
on its kept connection: did not answer within 300 ms (cfsession.timeout)
another: started
one, while another is at work: did not answer within 300 ms (cfsession.timeout)
another: did not answer a moment ago and is not asked
when that has been answered: started
stored: n|i:1;
