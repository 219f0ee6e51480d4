--TEST--
Redis: each script names a key, as twemproxy requires, also while a post is unanswered
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

const READ = [":1\r\n", "\$6\r\nn|i:5;\r\n"];
const DONE = ":1\r\n";

/* The answer to the second request's post comes only after the third request has been sent. */
$server = ScriptedServer::start([["+OK\r\n", ...READ, DONE, ...READ, ['send' => '', 'later' => DONE, 'pause' => 0.1],
	"\$8\r\n00000001\r\n", ...READ, DONE]]);
configure($server->savePath(), ['cfsession.timeout' => '5']);
for ($i = 0; $i < 3; $i++) {
	session_id(ID);
	session_start();
	session_write_close();
}
/* Without the last command, which may be on its way. */
foreach (array_slice($server->commands(), 0, 10) as [$connection, $command]) {
	if (str_starts_with($command[0], 'EVAL')) {
		echo "$connection: $command[0], keys: $command[2], ", $command[3] === 'PHPREDIS_SESSION:' . ID ? 'the session' : 'others', "\n";
	}
}
?>
--EXPECT--
0: EVALSHA, keys: 5, the session
0: EVALSHA, keys: 4, the session
0: EVALSHA, keys: 5, the session
0: EVALSHA, keys: 4, the session
0: EVAL, keys: 1, the session
0: EVALSHA, keys: 5, the session
