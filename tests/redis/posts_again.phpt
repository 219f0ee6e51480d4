--TEST--
Redis: a release whose connection broke is sent again by the next connection of the same user to the same database
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

const READ = ['CLIENT' => "+OK\r\n", 'SELECT' => "+OK\r\n", 'EVALSHA' => ":1\r\n", 'GET' => "\$6\r\nn|i:5;\r\n"];

/** Each request comes with its query, and finds a server that answers so. What they send, up to the read, after the posted
 * release. */
function requests(string $label, string $first, array ...$then): void
{
	$visit = [":1\r\n", "\$6\r\nn|i:5;\r\n"];
	$login = str_contains($first, 'auth') ? ["+OK\r\n"] : [];
	$serves = fn (array $answers) => [['answers' => $answers + READ + ['AUTH' => "+OK\r\n", 'EVAL' => ":1\r\n"]]];
	/* The first release is waited for, the second one is posted. */
	$server = ScriptedServer::start([[...$login, "+OK\r\n", ...$visit, ":1\r\n", ...$visit, ['close']],
		...array_map($serves, array_column($then, 1))]);
	configure('');
	$sent = [];
	foreach ([$first, $first, ...array_column($then, 0)] as $i => $query) {
		ini_set('session.save_path', path($server, $query));
		session_id(ID);
		@session_start() && session_abort();
		wait_until(fn () => $i !== 1 || count($server->commands()) === count($login) + 7, what: 'the post');
	}
	foreach ($server->commands() as [$connection, $command]) {
		$sent[$connection][] = $command[0] === 'EVAL' ? 'the release' : $command[0];
	}
	unset($sent[0]);
	echo "$label\n";
	foreach ($sent as $names) {
		echo '  ', implode(' ', array_slice($names, 0, array_search('GET', $names, true))), "\n";
	}
}

$refuses = ['AUTH' => "-WRONGPASS\r\n"] + array_fill_keys(['EVAL', 'EVALSHA', 'GET'], "-NOAUTH\r\n");
$loads = array_fill_keys(['EVAL', 'EVALSHA', 'GET'], "-LOADING Redis\r\n");
requests('the same', '', ['', []]);
requests('another database, then the same', '', ['database=1', []], ['', []]);
requests('another user, then the same', 'auth[]=u&auth[]=password', ['auth[]=other&auth[]=password', []], ['auth[]=u&auth[]=password', []]);
requests('the password is refused, then a new one', 'auth=old', ['auth=old', $refuses], ['auth=new', []]);
/* Such an answer makes the request look for another server, once. */
requests('it is still loading, then no longer', '', ['', $loads], ['', []]);
?>
--EXPECT--
the same
  CLIENT the release EVALSHA
another database, then the same
  CLIENT SELECT EVALSHA
  CLIENT the release EVALSHA
another user, then the same
  AUTH CLIENT EVALSHA
  AUTH CLIENT the release EVALSHA
the password is refused, then a new one
  AUTH CLIENT the release EVALSHA
  AUTH CLIENT the release EVALSHA
it is still loading, then no longer
  CLIENT the release EVALSHA
  CLIENT the release EVALSHA
