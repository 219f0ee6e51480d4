--TEST--
TLS: round trips of a request, on the wire
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';

$ca = Certificate::authority();
$server = tls_redis(Certificate::server('DNS:localhost', $ca));
$proxy = Proxy::to($server->port, 'tls');

/** The round trips of one request, counted by the proxy. */
function measure(callable $request, int $onTheWire): string
{
	global $proxy;

	session_id(ID);
	$proxy->reset();
	$before = counter('round_trips');
	$request();
	/* The request does not wait for its release. */
	for ($deadline = deadline(10); ($stats = $proxy->stats())['round_trips'] < $onTheWire && now() < $deadline;) {
		usleep(1000);
	}
	$count = counter('round_trips') - $before;
	return "$stats[round_trips] on the wire, $count counted, $stats[connections] connections";
}

$change = function () {
	session_start();
	$_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
	session_write_close();
};
$close = fn () => session_start(['read_and_close' => true]);
$leave = function () {
	session_start();
	session_write_close();
};
$path = tls_path($proxy->port, ['cafile' => $ca->file]);
foreach (['1', '0'] as $lock) {
	configure($path, ['cfsession.lock' => $lock]);
	foreach (['changed' => $change, 'unchanged' => $leave, 'read_and_close' => $close] as $label => $request) {
		$request();
		echo "lock=$lock, $label: ", measure($request, $lock || $label === 'changed' ? 2 : 1), "\n";
	}
}
echo 'errors: ', counter('errors'), ', connects: ', counter('connects'), "\n";
?>
--EXPECT--
lock=1, changed: 2 on the wire, 2 counted, 0 connections
lock=1, unchanged: 2 on the wire, 1 counted, 0 connections
lock=1, read_and_close: 2 on the wire, 1 counted, 0 connections
lock=0, changed: 2 on the wire, 2 counted, 0 connections
lock=0, unchanged: 1 on the wire, 1 counted, 0 connections
lock=0, read_and_close: 1 on the wire, 1 counted, 0 connections
errors: 0, connects: 1
