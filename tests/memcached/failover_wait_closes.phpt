--TEST--
Memcached: cfsession.failover_wait: requests wait for a server that closes connections, like a proxy before one that restarts
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/fault.inc';

$replies = new TextReplies();
$items = [KEY => 'n|i:5;'];
$serves = [['answers' => ['GATS' => $replies->started($items), 'GETS' => $replies->items($items), 'TOUCH' => "TOUCHED\r\n"]]];
foreach (['0', '10'] as $wait) {
	configure('', ['cfsession.lock' => '0', 'cfsession.failover_wait' => $wait]);
	$server = serve($replies, ...array_fill(0, 6, [['close']]), ...[$serves]);
	attempt("cfsession.failover_wait=$wait");
}
?>
--EXPECT--
cfsession.failover_wait=0: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT cannot be reached, or closed the connection before it had answered; if it requires a login (SASL), give a user name and a password
cfsession.failover_wait=10: started
