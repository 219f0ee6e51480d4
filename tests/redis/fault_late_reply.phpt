--TEST--
Redis: an unsolicited reply does not count as the next reply
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

const OK = "+OK\r\n";
const NOTHING = "\$-1\r\n";
const VALUE = "\$6\r\nn|i:5;\r\n";

/* Sends the reply, and another one when the client has certainly read the first. */
function and_more(string $reply, string $more): array
{
	return ['send' => $reply, 'later' => $more, 'pause' => 0.1];
}

/* Sleeps until all bytes have arrived, because nothing signals that. */
function pause(): void
{
	usleep((int) ((deadline(0.3) - now()) * 1e6));
}

function serve(array $first, array $second): ScriptedServer
{
	$server = ScriptedServer::start([$first, $second]);
	ini_set('session.save_path', $server->savePath());
	return $server;
}

configure('', ['cfsession.retry_interval' => '0', 'cfsession.timeout' => '5']);
foreach (['1', '0'] as $lock) {
	$done = ":1\r\n";
	/* Before the session: the lock, or the absence of a tombstone. */
	$hello = [OK, $lock ? ":1\r\n" : NOTHING];
	ini_set('cfsession.lock', $lock);
	echo "cfsession.lock=$lock\n";

	/* The second reply reports a write. The server never gets that write, or gets it on another connection. */
	$server = serve([...$hello, and_more(VALUE, $done), ['stall']], [OK, $done]);
	[, $warnings] = attempt('between read and write', function () {
		$_SESSION['n']++;
		pause();
	});
	pause();
	$last = $server->commands()[count($server->commands()) - 1];
	echo '  written, or not said to be: ';
	var_dump($warnings === 1 || $last[0] === 1);

	/* The second reply is another user's session. */
	$server = serve(
		$lock ? [...$hello, NOTHING, and_more(":1\r\n", "\$6\r\nn|i:9;\r\n")] : [...$hello, and_more(NOTHING, "\$6\r\nn|i:9;\r\n")],
		[...$hello, VALUE, ":1\r\n"],
	);
	session_id(ID);
	session_start(['read_and_close' => true]);
	pause();
	session_start(['read_and_close' => true]);
	echo "between two requests: n is {$_SESSION['n']}, connections: ", $server->connections(), "\n";
}
?>
--EXPECT--
cfsession.lock=1
between read and write: started
  written, or not said to be: bool(true)
between two requests: n is 5, connections: 2
cfsession.lock=0
between read and write: started
  written, or not said to be: bool(true)
between two requests: n is 5, connections: 2
