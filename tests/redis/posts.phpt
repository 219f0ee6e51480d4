--TEST--
Redis: a release that no request waits for is done, whatever comes next
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

/** Prints a value as JSON. */
function show(string $label, mixed $value): void
{
	echo "$label: ", json_encode($value), "\n";
}

$server = RedisServer::start();
$isFree = fn () => wait_until(fn () => !$server->call('EXISTS', KEY . '_LOCK'), 5, 'the release') && true;

/** The round trips that each part of a request waits for. */
function waits(?callable $between = null): string
{
	$before = counter('round_trips');
	session_id(ID);
	session_start();
	$started = counter('round_trips');
	$between && $between();
	session_write_close();
	return $started - $before . ' and ' . counter('round_trips') - $started;
}

configure($server->savePath());
in_session(ID, fn () => $_SESSION['n'] = 1);
waits();
show('unchanged', waits());
show('released', $isFree());
show('again', waits());
show('changed', waits(fn () => $_SESSION['n']++));

echo "The server loses its scripts\n";
show('before the release', waits(fn () => $server->call('SCRIPT', 'FLUSH')));
$count = counter('errors');
show('locked', (bool) $server->call('EXISTS', KEY . '_LOCK'));
session_id('another');
session_start();
show('released with the next request', $isFree());
session_write_close();
show('errors', counter('errors') - $count);
waits();
show('before the release', waits(fn () => $server->call('SCRIPT', 'FLUSH')));
show('the same session next', waits());
show('released', $isFree());
show('errors', counter('errors') - $count);

echo "What asks for an answer\n";
ini_set('session.save_path', path($server, 'wait_replicas=1&wait_timeout=10'));
waits();
show('replicas', waits());
ini_set('session.save_path', $server->savePath());
ini_set('cfsession.persistent', '0');
show('a connection that is not kept', waits());
show('released', $isFree());
ini_set('cfsession.persistent', '1');

echo "Connections that do not fit into the pool\n";
$clients = fn () => substr_count($server->call('CLIENT', 'LIST'), 'name=cfsession');
for ($i = 0; $i < 20; $i++) {
	ini_set('session.save_path', path($server, "persistent_id=$i"));
	foreach ([1, 2] as $time) {
		session_id("pool$i");
		session_start();
		session_write_close();
	}
}
show('left', $server->keys('*_LOCK*'));
show('kept', wait_until(fn () => $clients() === 16) && true);

echo "The process ends\n";
foreach (['exit' => 'exit;', 'nothing' => '', 'a fatal error' => 'nothing();'] as $how => $end) {
	Php::run("for (\$i = 0; \$i < 3; \$i++) { session_id('" . ID . "'); session_start(); session_write_close(); } $end",
		['session.save_path' => $server->savePath()]);
	show("with $how", $server->keys('*_LOCK*'));
}
?>
--EXPECT--
unchanged: "1 and 0"
released: true
again: "1 and 0"
changed: "1 and 1"
The server loses its scripts
before the release: "1 and 0"
locked: true
released with the next request: true
errors: 0
before the release: "1 and 0"
the same session next: "2 and 1"
released: true
errors: 0
What asks for an answer
replicas: "1 and 1"
a connection that is not kept: "1 and 1"
released: true
Connections that do not fit into the pool
left: []
kept: true
The process ends
with exit: []
with nothing: []
with a fatal error: []
