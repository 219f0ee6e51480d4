--TEST--
Redis: a waiter polls if the server does not know BLPOP, or a proxy closes the connection at it
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

const HELD = "*4\r\n:5000\r\n:1\r\n\$21\r\ncfsession:of somebody\r\n:0\r\n";
const READ = [":1\r\n", "\$6\r\nn|i:5;\r\n"];

/* Another request releases the lock while this one waits. */
$server = RedisServer::start(['rename-command' => ['BLPOP', '']]);
configure($server->savePath(), ['cfsession.lock_wait' => '20']);
$holder = Php::start('session_id("' . ID . '"); session_start(); say("has it"); hear(); $_SESSION["n"] = 5; session_write_close();',
	['session.save_path' => $server->savePath()]);
$holder->readLine();
$waiter = Php::start('session_id("' . ID . '"); var_dump(session_start()); say("n: $_SESSION[n]");',
	['session.save_path' => $server->savePath(), 'cfsession.lock_wait' => '20']);
wait_until(fn () => (int) $server->call('GET', KEY . '_LOCK_WAITERS') === 1);
$holder->writeLine('');
echo "not known:\n", $waiter->output();
echo 'left behind: ', implode(' ', preg_grep('/_LOCK/', $server->call('KEYS', '*'))), "\n";

/* If the new connection is closed as well, cfsession stops sending BLPOP. */
$server = ScriptedServer::start([
	["+OK\r\n", HELD, "\$-1\r\n", ['close']],
	["+OK\r\n", ['close']],
	[['answers' => ['CLIENT' => "+OK\r\n", 'BLPOP' => ['close'], 'EVALSHA' => READ[0], 'GET' => READ[1]]]],
]);
configure($server->savePath(), ['cfsession.lock_wait' => '20', 'cfsession.retry_interval' => '0']);
attempt('closed', fn () => say("n: $_SESSION[n]"));
foreach ($server->commands() as [$connection, $command]) {
	echo "$connection:$command[0] ";
}
echo "\n";
?>
--EXPECT--
not known:
bool(true)
n: 5
left behind: 
n: 5
closed: started
0:CLIENT 0:EVALSHA 0:GET 0:BLPOP 1:CLIENT 1:BLPOP 2:CLIENT 2:EVALSHA 2:GET 2:EVALSHA
