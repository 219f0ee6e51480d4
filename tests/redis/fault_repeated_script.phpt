--TEST--
Redis: a repeated write tells the server so, even one that has lost the scripts
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

const OK = "+OK\r\n";
const LOCKED = ":1\r\n";
const NOTHING = "\$-1\r\n";

configure('', ['cfsession.timeout' => '0.5']);
foreach ([
	'known' => [OK, ":1\r\n"],
	'lost' => [OK, "-NOSCRIPT No matching script.\r\n", ":1\r\n"],
] as $label => $second) {
	$server = ScriptedServer::start([[OK, LOCKED, NOTHING, ['close']], $second]);
	ini_set('session.save_path', $server->savePath());
	attempt("the scripts are $label", fn () => $_SESSION['n'] = 1);
	foreach (array_slice($server->commands(), 3) as [$connection, $command]) {
		/* The first character of the script's argument before the value. */
		echo "  $connection: $command[0]", str_starts_with($command[0], 'EVAL') ? ', again: ' . array_slice($command, -2)[0][0] : '', "\n";
	}
}
?>
--EXPECT--
the scripts are known: started
  0: EVALSHA, again: 0
  1: CLIENT
  1: EVALSHA, again: 1
the scripts are lost: started
  0: EVALSHA, again: 0
  1: CLIENT
  1: EVALSHA, again: 1
  1: EVAL, again: 1
