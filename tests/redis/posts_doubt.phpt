--TEST--
Redis: the reply to a release that no request waited for does not disturb the next request
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

const OK = "+OK\r\n";
const READ = [":1\r\n", "\$6\r\nn|i:5;\r\n"];
const DONE = ":1\r\n";
/* The reply that marks where the answers to the next request begin. */
const MARK = "\$8\r\n00000001\r\n";
/* The second request ends with a script whose answer it does not wait for. */
const FIRST = [OK, ...READ, DONE, ...READ];

configure('', ['cfsession.retry_interval' => '0', 'cfsession.timeout' => '5']);
$answers = [
	'done' => [DONE],
	'the lock was lost' => [":0\r\n"],
	'the session has gone' => [":2\r\n"],
	'an error' => ["-ERR of some kind\r\n"],
	'a replica' => ["-READONLY You can't write against a read only replica.\r\n"],
	'another number' => [":3\r\n"],
	'text' => ["\$6\r\nn|i:9;\r\n"],
	'a status' => ["+PONG\r\n"],
	'no reply' => ["HTTP/1.1 400 Bad Request\r\n\r\n"],
	'twice' => [DONE . DONE],
	'and a session' => [DONE . ":1\r\n\$6\r\nn|i:9;\r\n"],
	'the end' => [['close']],
	'done, and the end' => [['send' => DONE, 'then' => 'close']],
	'half of it, and the end' => [['send' => ':1', 'then' => 'close']],
	'the script has gone' => ["-NOSCRIPT No matching script.\r\n", DONE, MARK],
	'the script has gone, and an error' => ["-NOSCRIPT No matching script.\r\n", "-ERR of some kind\r\n", MARK],
];
foreach ($answers as $label => $steps) {
	/* An answer before the next request, and one only after the next request has been sent. */
	foreach (['at once', 'late'] as $when) {
		$late = [['send' => '', 'later' => is_string($steps[0]) ? $steps[0] : ($steps[0]['send'] ?? ''), 'pause' => 0.1]];
		if ($when === 'late' && (is_array($steps[0]) || count($steps) > 1)) {
			continue;
		}
		$server = ScriptedServer::start([
			[...FIRST, ...($when === 'late' ? [...$late, MARK] : $steps), ...READ, DONE, ...READ, DONE],
			[['answers' => ['CLIENT' => OK, 'EVAL' => DONE, 'EVALSHA' => READ[0], 'GET' => READ[1]]]],
		]);
		ini_set('session.save_path', $server->savePath());
		$before = [counter('errors'), counter('lost_locks')];
		foreach ([1, 2, 3] as $time) {
			$time === 3 && $when === 'at once' && usleep((int) ((deadline(0.1) - now()) * 1e6));
			session_id(ID);
			$messages = warnings(function () use (&$started): void {
				$started = session_start();
				$started && session_write_close();
			});
			$read = json_encode($_SESSION);
			$_SESSION = [];
		}
		show_warnings($messages);
		printf("%-36s %-8s %s, connections %d, errors %d, lost locks %d\n", $label, $when, $read, $server->connections(),
			counter('errors') - $before[0], counter('lost_locks') - $before[1]);
		$names = array_map(fn ($command) => "$command[0]:" . $command[1][0], $server->commands());
		in_array($label, ['an error', 'the end', 'the script has gone'], true) && print('  ' . implode(' ', $names) . "\n");
		$server->stop();
	}
}
?>
--EXPECT--
done                                 at once  {"n":5}, connections 1, errors 0, lost locks 0
done                                 late     {"n":5}, connections 1, errors 0, lost locks 0
the lock was lost                    at once  {"n":5}, connections 1, errors 0, lost locks 1
the lock was lost                    late     {"n":5}, connections 1, errors 0, lost locks 1
the session has gone                 at once  {"n":5}, connections 1, errors 0, lost locks 0
the session has gone                 late     {"n":5}, connections 1, errors 0, lost locks 0
an error                             at once  {"n":5}, connections 2, errors 1, lost locks 0
  0:CLIENT 0:EVALSHA 0:GET 0:EVALSHA 0:EVALSHA 0:GET 0:EVALSHA 1:CLIENT 1:EVAL 1:EVALSHA 1:GET 1:EVALSHA
an error                             late     {"n":5}, connections 2, errors 1, lost locks 0
  0:CLIENT 0:EVALSHA 0:GET 0:EVALSHA 0:EVALSHA 0:GET 0:EVALSHA 0:EVAL 0:EVALSHA 0:GET 1:CLIENT 1:EVAL 1:EVALSHA 1:GET 1:EVALSHA
a replica                            at once  {"n":5}, connections 2, errors 1, lost locks 0
a replica                            late     {"n":5}, connections 2, errors 1, lost locks 0
another number                       at once  {"n":5}, connections 2, errors 1, lost locks 0
another number                       late     {"n":5}, connections 2, errors 1, lost locks 0
text                                 at once  {"n":5}, connections 2, errors 1, lost locks 0
text                                 late     {"n":5}, connections 2, errors 1, lost locks 0
a status                             at once  {"n":5}, connections 2, errors 1, lost locks 0
a status                             late     {"n":5}, connections 2, errors 1, lost locks 0
no reply                             at once  {"n":5}, connections 2, errors 0, lost locks 0
no reply                             late     {"n":5}, connections 2, errors 0, lost locks 0
twice                                at once  {"n":5}, connections 2, errors 0, lost locks 0
twice                                late     {"n":5}, connections 2, errors 0, lost locks 0
and a session                        at once  {"n":5}, connections 2, errors 0, lost locks 0
and a session                        late     {"n":5}, connections 2, errors 0, lost locks 0
the end                              at once  {"n":5}, connections 2, errors 0, lost locks 0
  0:CLIENT 0:EVALSHA 0:GET 0:EVALSHA 0:EVALSHA 0:GET 0:EVALSHA 1:CLIENT 1:EVAL 1:EVALSHA 1:GET 1:EVALSHA
done, and the end                    at once  {"n":5}, connections 2, errors 0, lost locks 0
half of it, and the end              at once  {"n":5}, connections 2, errors 0, lost locks 0
the script has gone                  at once  {"n":5}, connections 1, errors 0, lost locks 0
  0:CLIENT 0:EVALSHA 0:GET 0:EVALSHA 0:EVALSHA 0:GET 0:EVALSHA 0:EVAL 0:EVAL 0:EVALSHA 0:GET 0:EVALSHA
the script has gone, and an error    at once  {"n":5}, connections 2, errors 1, lost locks 0
