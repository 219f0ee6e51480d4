--TEST--
Redis: the address moves to a new master while the old one becomes a replica; and a name with several addresses
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
require __DIR__ . '/../support/resolver.inc';
PHP_OS_FAMILY === 'Linux' or exit('skip needs an address beside 127.0.0.1');
Resolver::isThere() or exit('skip no C compiler');
?>
--FILE--
<?php
/* Too many processes for valgrind, under which the resolver cannot be preloaded. */
require __DIR__ . '/../support/redis.inc';
require __DIR__ . '/../support/resolver.inc';
require __DIR__ . '/../support/output.inc';

$resolver = new Resolver();
/* Different addresses, so that both servers can have the same port. */
$old = RedisServer::start(['bind' => '127.0.0.1']);
$dir = temp_dir();
start_server(
	fn (int $port) => [find_program(redis_program()), '--port', (string) $port, '--bind', '127.0.0.2', '--save', '', '--dir', $dir, '--unixsocket', "$dir/redis.sock"],
	function () use ($dir): bool {
		try {
			return (bool) (new Resp("unix://$dir/redis.sock"))->call('PING');
		} catch (RuntimeException) {
			return false;
		}
	},
	$old->port,
);
$new = new Resp("unix://$dir/redis.sock");

/* A process that keeps its connection between requests. */
const CODE = <<<'PHP'
	session_id('s');
	while (hear() === 'go') {
		$ok = @session_start();
		$ok and $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
		$ok = $ok && @session_write_close();
		say(($ok ? 'works' : 'fails') . ', connects: ' . cfsession_status()['counters']['connects']);
	}
	PHP;

function request(string $label, Process $php): void
{
	global $resolver;

	$php->writeLine('go');
	echo "$label: ", $php->readLine(), ', tried at ', $resolver->tried(), "\n";
}

function demote(): void
{
	global $old, $new;

	$new->call('REPLICAOF', 'NO', 'ONE');
	$old->call('REPLICAOF', '127.0.0.2', $old->port);
}

function start(array $ini = []): Process
{
	global $old, $new, $resolver;

	$old->call('REPLICAOF', 'NO', 'ONE');
	$new->call('REPLICAOF', 'NO', 'ONE');
	return Php::start(CODE, $ini + ['session.save_path' => "tcp://redis.example:{$old->port}"], $resolver->env());
}

foreach (['1', '0'] as $lock) {
	echo "cfsession.lock=$lock\n";
	$resolver->set('redis.example', '127.0.0.1');
	$php = start(['cfsession.lock' => $lock]);
	request('before', $php);
	demote();
	request('demoted, and the name leads there yet', $php);
	$resolver->set('redis.example', '127.0.0.2');
	request('the name has moved', $php);
	request('and stays', $php);

	$resolver->set('redis.example', '127.0.0.1', '127.0.0.2');
	$php = start(['cfsession.lock' => $lock]);
	request('the first of two addresses', $php);
	demote();
	request('demoted, the second is the master', $php);
	request('and stays', $php);
	request('a new process', Php::start(CODE, ['cfsession.lock' => $lock, 'session.save_path' => "tcp://redis.example:{$old->port}"], $resolver->env()));
	$resolver->set('redis.example', '127.0.0.1');
	$php = start(['cfsession.lock' => $lock]);
	demote();
	request('a replica', $php);
	$old->call('REPLICAOF', 'NO', 'ONE');
	request('which becomes a master later', $php);
}
?>
--EXPECT--
cfsession.lock=1
before: works, connects: 1, tried at 127.0.0.1
demoted, and the name leads there yet: fails, connects: 2, tried at 127.0.0.1
the name has moved: works, connects: 3, tried at 127.0.0.2
and stays: works, connects: 3, tried at none
the first of two addresses: works, connects: 1, tried at 127.0.0.1
demoted, the second is the master: works, connects: 2, tried at 127.0.0.2
and stays: works, connects: 2, tried at none
a new process: works, connects: 2, tried at 127.0.0.1 127.0.0.2
a replica: fails, connects: 2, tried at 127.0.0.1 127.0.0.1
which becomes a master later: works, connects: 3, tried at 127.0.0.1
cfsession.lock=0
before: works, connects: 1, tried at 127.0.0.1
demoted, and the name leads there yet: fails, connects: 2, tried at 127.0.0.1
the name has moved: works, connects: 3, tried at 127.0.0.2
and stays: works, connects: 3, tried at none
the first of two addresses: works, connects: 1, tried at 127.0.0.1
demoted, the second is the master: works, connects: 2, tried at 127.0.0.2
and stays: works, connects: 2, tried at none
a new process: works, connects: 2, tried at 127.0.0.1 127.0.0.2
a replica: fails, connects: 2, tried at 127.0.0.1 127.0.0.1
which becomes a master later: works, connects: 3, tried at 127.0.0.1
