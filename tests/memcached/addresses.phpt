--TEST--
Memcached: all addresses of a name are tried, first the one that worked last
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
require __DIR__ . '/../support/resolver.inc';
skip_without_sasl();
PHP_OS_FAMILY === 'Linux' or exit('skip needs an address beside 127.0.0.1, and a queue that can be filled');
Resolver::isThere() or exit('skip no C compiler');
?>
--FILE--
<?php
/* Too many processes for valgrind, under which the resolver cannot be preloaded. */
require __DIR__ . '/attempt.inc';
require __DIR__ . '/../support/resolver.inc';

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
	global $path, $resolver;

	return Php::start(CODE, $ini + ['session.save_path' => $path, 'cfsession.persistent' => '0'], $resolver->env());
}

/** Runs one request, which may take at most $most seconds. */
function request(string $label, Process $php, float $most = 1.0): void
{
	global $server;

	$php->writeLine('go');
	do {
		$line = $php->readLine();
		/* PHP's own warning repeats cfsession's. */
		if (str_contains($line, 'cfsession: ')) {
			echo '  ', str_replace((string) $server->port, 'PORT', preg_replace('/ in \S+ on line \d+$/', '', strstr($line, 'cannot'))), "\n";
		}
	} while (!preg_match('/^(works|fails) (\S+)$/', $line, $end));
	echo "  $label: $end[1]", $end[2] > $most ? ", took $end[2] s" : '', "\n";
}

$servers = ['text' => MemcachedServer::start(), 'SASL' => MemcachedServer::sasl('user', PASSWORD)];
foreach ($servers as $protocol => $server) {
	echo "$protocol\n";
	$path = ($protocol === 'SASL' ? 'memcached://user:' . PASSWORD . '@' : '') . "memcached.example:{$server->port}";
	$resolver->set('memcached.example', '127.0.0.2', '127.0.0.1');
	$php = process();
	request('the first refuses', $php);
	$resolver->set('memcached.example', '::1', '127.0.0.1');
	request('IPv6 and IPv4', process());
	$resolver->set('memcached.example', '127.0.0.1');
	request('one address', $php);
	$resolver->set('memcached.example', '127.0.0.2', '127.0.0.3');
	request('all refuse', process());

	$silent = new Swallower('127.0.0.4', $server->port);
	$ini = ['cfsession.connect_timeout' => '2', 'cfsession.retry_interval' => '5'];
	$resolver->set('memcached.example', '127.0.0.4', '127.0.0.1');
	$php = process($ini);
	request('the first is silent', $php, 1.6);
	$resolver->tried();
	request('the next request', $php, 0.9);
	echo '  tried at ', str_contains($resolver->tried(), '127.0.0.4') ? 'the silent one, too' : 'the one that worked', "\n";
	$resolver->set('memcached.example', '127.0.0.4', '127.0.0.2', '127.0.0.3', '127.0.0.1');
	request('one of four is silent', process($ini), 1.1);

	$ini['cfsession.connect_timeout'] = '0.4';
	$resolver->set('memcached.example', '127.0.0.4', '127.0.0.2');
	$php = process($ini);
	request('silent and refused', $php, 0.8);
	request('which counts as silent', $php, 0.3);
	unset($silent);
}
?>
--EXPECTF--
text
  the first refuses: works
  IPv6 and IPv4: works
  one address: works
  cannot read the session: cannot connect to the server at memcached.example:PORT (127.0.0.2: Connection refused, 127.0.0.3: Connection refused)%S
  all refuse: fails
  the first is silent: works
  the next request: works
  tried at the one that worked
  one of four is silent: works
  cannot read the session: cannot connect to the server at memcached.example:PORT (127.0.0.4: no answer within %d ms, 127.0.0.2: Connection refused)
  silent and refused: fails
  cannot read the session: the server at memcached.example:PORT did not answer a moment ago and is not asked again for %f s (cfsession.retry_interval)
  which counts as silent: fails
SASL
  the first refuses: works
  IPv6 and IPv4: works
  one address: works
  cannot read the session: cannot connect to the server at memcached.example:PORT (127.0.0.2: Connection refused, 127.0.0.3: Connection refused)%S
  all refuse: fails
  the first is silent: works
  the next request: works
  tried at the one that worked
  one of four is silent: works
  cannot read the session: cannot connect to the server at memcached.example:PORT (127.0.0.4: no answer within %d ms, 127.0.0.2: Connection refused)
  silent and refused: fails
  cannot read the session: the server at memcached.example:PORT did not answer a moment ago and is not asked again for %f s (cfsession.retry_interval)
  which counts as silent: fails
