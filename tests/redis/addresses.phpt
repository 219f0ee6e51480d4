--TEST--
Redis: all addresses of a name are tried, first the one that worked last
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
require __DIR__ . '/../support/resolver.inc';
PHP_OS_FAMILY === 'Linux' or exit('skip needs an address beside 127.0.0.1, and a queue that can be filled');
Resolver::isThere() or exit('skip no C compiler');
?>
--FILE--
<?php
/* Too many processes for valgrind, under which the resolver cannot be preloaded. */
require __DIR__ . '/../support/redis.inc';
require __DIR__ . '/../support/resolver.inc';
require __DIR__ . '/../support/output.inc';

$server = RedisServer::start();
$resolver = new Resolver();

/* A process that runs a request on a new connection on each command. */
const CODE = <<<'PHP'
	session_id('s');
	while (hear() === 'go') {
		$began = hrtime(true);
		$ok = session_start() && session_write_close();
		say(($ok ? 'works' : 'fails') . ' ' . round((hrtime(true) - $began) / 1e9, 3));
	}
	PHP;

function process(array $ini = []): Process
{
	global $server, $resolver;

	return Php::start(CODE, $ini + ['session.save_path' => "tcp://redis.example:{$server->port}?persistent=0"], $resolver->env());
}

/** Runs one request, which may take at most $most seconds. */
function request(string $label, Process $php, float $most = 1.0): void
{
	global $server, $resolver;

	$php->writeLine('go');
	do {
		$line = $php->readLine();
		/* PHP's own warning repeats cfsession's. */
		if (str_contains($line, 'cfsession: ')) {
			echo '  ', str_replace((string) $server->port, 'PORT', preg_replace('/ in \S+ on line \d+$/', '', strstr($line, 'cannot'))), "\n";
		}
	} while (!preg_match('/^(works|fails) (\S+)$/', $line, $end));
	echo "$label: $end[1], tried at ", $resolver->tried(), $end[2] > $most ? ", took $end[2] s" : '', "\n";
}

$resolver->set('redis.example', '127.0.0.2', '127.0.0.1');
$php = process();
request('the first refuses', $php);
request('the next request', $php);
$resolver->set('redis.example', '127.0.0.3', '127.0.0.2', '127.0.0.1');
request('others in front of it', $php);

$resolver->set('redis.example', '::1', '127.0.0.1');
request('IPv6 and IPv4', process());

$resolver->set('redis.example', '127.0.0.2', '127.0.0.3');
$php = process();
request('all refuse', $php);
$resolver->set('redis.example', ...array_map(fn ($i) => "127.0.0.$i", range(2, 9)));
request('eight refuse', $php);

$silent = new Swallower('127.0.0.4', $server->port);
$ini = ['cfsession.connect_timeout' => '2', 'cfsession.retry_interval' => '5'];
$resolver->set('redis.example', '127.0.0.4', '127.0.0.1');
$php = process($ini);
request('the first is silent', $php, 1.6);
request('the next request', $php, 0.9);
$resolver->set('redis.example', '127.0.0.4', '127.0.0.2', '127.0.0.3', '127.0.0.1');
request('one of four is silent', process($ini), 1.1);

$ini['cfsession.connect_timeout'] = '0.4';
$resolver->set('redis.example', '127.0.0.4', '127.0.0.2');
$php = process($ini);
request('silent and refused', $php, 0.8);
request('which counts as silent', $php, 0.3);
$resolver->set('redis.example', '127.0.0.4');
request('silent alone', process($ini), 0.8);
?>
--EXPECTF--
the first refuses: works, tried at 127.0.0.2 127.0.0.1
the next request: works, tried at 127.0.0.1
others in front of it: works, tried at 127.0.0.1
IPv6 and IPv4: works, tried at ::1 127.0.0.1
  cannot read the session: cannot connect to the server at redis.example:PORT (127.0.0.2: Connection refused, 127.0.0.3: Connection refused); check the host and the port, and that the server runs
all refuse: fails, tried at 127.0.0.2 127.0.0.3
  cannot read the session: cannot connect to the server at redis.example:PORT (127.0.0.2: Connection refused, 127.0.0.3: Connection refused, 127.0.0.4: Connection refused, 127.0.0.5: Connection refused, and 4 more); check the host and the port, and that the server runs
eight refuse: fails, tried at 127.0.0.2 127.0.0.3 127.0.0.4 127.0.0.5 127.0.0.6 127.0.0.7 127.0.0.8 127.0.0.9
the first is silent: works, tried at 127.0.0.4 127.0.0.1
the next request: works, tried at 127.0.0.1
one of four is silent: works, tried at 127.0.0.4 127.0.0.2 127.0.0.3 127.0.0.1
  cannot read the session: cannot connect to the server at redis.example:PORT (127.0.0.4: no answer within %d ms, 127.0.0.2: Connection refused)
silent and refused: fails, tried at 127.0.0.4 127.0.0.2
  cannot read the session: the server at redis.example:PORT did not answer a moment ago and is not asked again for %f s (cfsession.retry_interval)
which counts as silent: fails, tried at none
  cannot read the session: the server at redis.example:PORT did not answer within 400 ms (cfsession.connect_timeout)
silent alone: fails, tried at 127.0.0.4
