--TEST--
Weighted Redis servers: changing to another session does not need the previous session's server
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../redis/attempt.inc';

/* Strict mode in a class: it reads one id, which is not stored, and writes another one as new. */
final class Strict extends SessionHandler
{
	public function write(string $id, string $data): bool
	{
		return parent::write('b1', $data);
	}
}

/* The lowest bit of an id's first byte selects the server, in reverse order. */
$servers = [RedisServer::start(), RedisServer::start()];
configure(implode(',', array_map(fn ($server) => $server->savePath(), $servers)), ['cfsession.timeout' => '0.5']);
session_set_save_handler(new Strict(), true);
foreach (['well' => null, 'silent' => fn () => $servers[0]->freeze(), 'gone' => fn () => $servers[0]->kill()] as $label => $break) {
	$servers[1]->call('FLUSHALL');
	session_id('a1');
	show_warnings(warnings(session_start(...)));
	$_SESSION['n'] = 1;
	$break && $break();
	$began = now();
	$messages = warnings(session_write_close(...));
	echo "the server of the first is $label: ", json_encode($servers[1]->call('GET', 'PHPREDIS_SESSION:b1')), "\n";
	show_warnings($messages);
	show_time('took', now() - $began, 0);
	if ($label === 'silent') {
		$servers[0]->freeze(false);
		wait_until(fn () => $servers[0]->keys() === []);
		wait_until(function () {
			session_id('a1');
			return @session_start() && session_abort();
		}, 5, 'the end of cfsession.retry_interval');
	} elseif ($label === 'well') {
		echo '  left: ', implode(' ', [...$servers[0]->keys(), ...$servers[1]->keys()]), "\n";
	}
}
?>
--EXPECT--
the server of the first is well: "n|i:1;"
  took: 0 s
  left: PHPREDIS_SESSION:b1
the server of the first is silent: "n|i:1;"
  took: 0 s
the server of the first is gone: "n|i:1;"
  took: 0 s
