--TEST--
Memcached: the wire: the text protocol without credentials; with them a login on each connection
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

function request(string $label): void
{
	global $proxy;

	$proxy->reset();
	in_session(ID, count_up(...));
	$stats = $proxy->stats();
	printf("%s: %d connections, %d round trips\n", $label, $stats['connections'], $stats['round_trips']);
	echo '  ', implode(' ', array_merge(...$stats['bursts'])), "\n";
}

$paths = [
	'text' => [MemcachedServer::start(), fn ($proxy) => $proxy->savePath()],
	'SASL' => [MemcachedServer::sasl(USER, PASSWORD), fn ($proxy) => login_path($proxy)],
];
foreach ($paths as $label => [$server, $path]) {
	echo "$label\n";
	$proxy = Proxy::to($server->port, 'memcached');
	configure($path($proxy), ['cfsession.persistent' => '1']);
	request('cold');
	request('warm');
	$proxy->reset();
	for ($i = 0; $i < 10; $i++) {
		in_session("session$i", count_up(...));
	}
	$names = array_merge(...$proxy->stats()['bursts']);
	echo 'ten more: ', count(preg_grep('/^SASL/', $names)), ' logins, ', $proxy->stats()['round_trips'], " round trips\n";
	$proxy->cut();
	request('after the connection was closed');
	ini_set('cfsession.persistent', '0');
	request('not persistent');
}
?>
--EXPECT--
text
cold: 1 connections, 2 round trips
  add add MG MG GATS ADD GET cas
warm: 0 connections, 2 round trips
  add MG MG GATS CAS cas
ten more: 0 logins, 20 round trips
after the connection was closed: 1 connections, 2 round trips
  add add MG MG GATS CAS cas
not persistent: 1 connections, 2 round trips
  add add MG MG GATS CAS cas
SASL
cold: 1 connections, 4 round trips
  SASL_LIST SASL_AUTH addq addq getkq getkq getkq NOOP addq getkq getkq NOOP replaceq
warm: 0 connections, 2 round trips
  addq getkq getkq getkq NOOP REPLACE replaceq
ten more: 0 logins, 20 round trips
after the connection was closed: 1 connections, 4 round trips
  SASL_LIST SASL_AUTH addq addq getkq getkq getkq NOOP REPLACE replaceq
not persistent: 1 connections, 4 round trips
  SASL_LIST SASL_AUTH addq addq getkq getkq getkq NOOP REPLACE replaceq
