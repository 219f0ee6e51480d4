--TEST--
Redis: a session that arrives in two pieces, cut at any byte, is read whole, and the connection goes on
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

/* How a connection ends is random. */
ob_start(fn (string $output) => preg_replace('/ \((Connection reset by peer|Server closed the connection|Broken pipe)\)/', '', $output));

/* Short ones are copied from the parser's buffer; the rest of a longer one is received into PHP's string. */
$data = bin2hex(random_bytes(200));
$value = 'data|' . serialize($data);
$reply = '$' . strlen($value) . "\r\n$value\r\n";

/** @return list<array{send: string, later: string, pause: float}> the bytes, cut in two at every place */
function pieces(string $bytes): array
{
	return array_map(
		fn (int $at): array => ['send' => substr($bytes, 0, $at), 'later' => substr($bytes, $at), 'pause' => 0.002],
		range(1, strlen($bytes) - 1),
	);
}

/** Reads a session so many times from a server with that script. */
function read(string $label, array $ini, array $connections, int $times): void
{
	global $data;
	$server = ScriptedServer::start($connections);
	configure($server->savePath(), $ini);
	$whole = 0;
	$messages = warnings(function () use ($times, $data, &$whole): void {
		for ($i = 0; $i < $times; $i++) {
			$whole += in_session(ID, fn () => $_SESSION) === ['data' => $data];
		}
	});
	$expected = count($connections);
	printf("%s: %s%s\n", $label, $whole === $times ? 'all whole' : "$whole of $times",
		$server->connections() === $expected ? '' : ", on {$server->connections()} connections, not $expected");
	show_warnings($messages);
}

/* All on one connection; the answer about a tombstone precedes the session. */
$steps = ["+OK\r\n"];
foreach (pieces($reply) as $piece) {
	array_push($steps, "\$-1\r\n", $piece);
}
read('without locks', ['cfsession.lock' => '0'], [$steps], strlen($reply) - 1);

/* Each on a connection of its own, on which the answer to the release follows. */
$connections = array_map(fn (array $piece) => ["+OK\r\n", ":1\r\n", $piece, ":1\r\n"], pieces($reply));
read('with locks', ['cfsession.lock' => '1', 'cfsession.persistent' => '0'], $connections, count($connections));

/* A size that is not in the protocol's form, of a reply that has not arrived whole: hiredis would refuse it. */
foreach (['a zero before it' => "0%d\r\n", 'a space after it' => "%d \r\n", 'half an end of line' => "%d\n"] as $form => $size) {
	$pieces = ['send' => '$' . sprintf($size, strlen($value)) . substr($value, 0, 300), 'later' => substr($value, 300) . "\r\n", 'pause' => 0.05];
	$server = ScriptedServer::start([["+OK\r\n", "\$-1\r\n", $pieces]]);
	configure($server->savePath(), ['cfsession.lock' => '0']);
	attempt("a size with $form");
}

/* More bytes than fit behind the session: they are no answer to anything. */
$server = ScriptedServer::start([["+OK\r\n", "\$-1\r\n", ['send' => substr($reply, 0, 300), 'later' => substr($reply, 300) . str_repeat("\$-1\r\n", 100), 'pause' => 0.05]], 'close']);
configure($server->savePath(), ['cfsession.lock' => '0', 'cfsession.persistent' => '1']);
attempt('with too many answers', fn () => print($_SESSION === ['data' => $data] ? "whole\n" : "not whole\n"));
attempt('  then');

/* In a cluster, a process asks along with its first request who has which slots: more than fits behind the session. */
$slots = "*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n\$9\r\n127.0.0.1\r\n:7001\r\n\$40\r\n" . str_repeat('a', 40) . "\r\n";
$ranges = array_map(fn (int $slot) => "*3\r\n:$slot\r\n:$slot\r\n*2\r\n\$9\r\n127.0.0.1\r\n:7001\r\n", range(1, 300));
$cuts = [
	'in the middle' => [substr($reply, 0, 300), substr($reply, 300) . $slots],
	'before its end' => [substr($reply, 0, -2), substr($reply, -2) . $slots],
	/* The length of a list looks like that of a session. */
	'after a short one' => ["\$6\r\nn|i:1;\r\n*", "300\r\n" . substr(implode($ranges), 0, 290), substr(implode($ranges), 290)],
];
foreach ($cuts as $where => $pieces) {
	[$send, $later, $last] = [...$pieces, ''];
	$server = ScriptedServer::start([["+OK\r\n", "\$-1\r\n", ['send' => $send, 'later' => $later, 'pause' => 0.01], ['send' => '', 'later' => $last, 'pause' => 0.02]]]);
	configure("redis+cluster://127.0.0.1:$server->port");
	attempt("in a cluster, cut $where", fn () => print(in_array($_SESSION, [['data' => $data], ['n' => 1]], true) ? "whole\n" : "not whole\n"));
	[$node] = cfsession_status()['nodes'];
	echo "  learnt: $node[slots] slots at port $node[port]\n";
}

/* A session that never comes to its end. */
$server = ScriptedServer::start([["+OK\r\n", "\$-1\r\n", ['send' => substr($reply, 0, 300), 'then' => 'close']], ["+OK\r\n", "\$-1\r\n", ['send' => substr($reply, 0, 300), 'then' => 'stall']]]);
configure($server->savePath(), ['cfsession.timeout' => '0.3']);
attempt('cut off');
attempt('with a stall');
?>
--EXPECT--
without locks: all whole
with locks: all whole
a size with a zero before it: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT does not speak the Redis protocol (Bad bulk string length)
a size with a space after it: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT does not speak the Redis protocol (Bad bulk string length)
a size with half an end of line: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT does not speak the Redis protocol (Bad bulk string length)
with too many answers: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT sent a reply that nobody asked for
  then: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered; if it requires TLS, write tls://
whole
in a cluster, cut in the middle: started
  learnt: 16384 slots at port 7001
whole
in a cluster, cut before its end: started
  learnt: 16384 slots at port 7001
whole
in a cluster, cut after a short one: started
  learnt: 300 slots at port 7001
cut off: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT closed the connection before it had answered
with a stall: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
