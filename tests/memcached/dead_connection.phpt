--TEST--
Memcached: a dead idle connection does not make its server count as silent
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/fault.inc';

configure('', ['cfsession.retry_interval' => '60', 'cfsession.timeout' => '0.3', 'cfsession.connect_timeout' => '5']);
foreach ([new TextReplies(), new BinaryReplies()] as $replies) {
	echo $replies::class, "\n";
	$good = $replies->started([LOCK_KEY => TOKEN, KEY => 'n|i:5;']);
	$server = serve($replies, [$good, $replies->stored(), ['stall']], [$good, $replies->stored()]);
	attempt('  the first request', count_up(...));
	[$seconds] = attempt('  the connection is dead', count_up(...));
	show_time('  it took', $seconds, 0.3);
	attempt('  the next request', count_up(...));

	/* A silent new connection does. */
	$server = serve($replies, [['stall']], [$good, $replies->stored()]);
	attempt('  a new connection is dead', count_up(...));
	[$seconds] = attempt('  the next request', count_up(...));
	show_time('  it took', $seconds, 0);
}
?>
--EXPECT--
TextReplies
  the first request: started
  the connection is dead: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
    it took: 0.3 s
  the next request: started
  a new connection is dead: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
  the next request: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
    it took: 0 s
BinaryReplies
  the first request: started
  the connection is dead: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
    it took: 0.3 s
  the next request: started
  a new connection is dead: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
  the next request: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
    it took: 0 s
