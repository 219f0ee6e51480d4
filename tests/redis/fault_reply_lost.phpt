--TEST--
Redis: the reply gets lost after the server has done the request
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

/* Cuts a process' connection once $done shows that the server has executed the request, before the reply arrives. */
function lose_reply(string $label, string $code, callable $done, array $ini = []): void
{
	$server = RedisServer::start();
	$server->call('SET', KEY, 'n|i:1;');
	$proxy = Proxy::to($server->port);
	$prelude = 'const ID = ' . var_export(ID, true) . '; session_id(ID);'
		/* On a connection that has been used before. */
		. 'session_start(); session_write_close(); say("ready"); hear();';
	$process = Php::start($prelude . $code . '
		say("done");
		$counters = cfsession_status()["counters"];
		echo "retries: $counters[retries], errors: $counters[errors]\n";',
		['session.save_path' => $proxy->savePath(), 'cfsession.timeout' => 10] + $ini);
	echo "$label\n";
	$process->readLine();
	$process->writeLine('');
	$process->readLine();
	/* The request arrives, and its reply takes this long. */
	$proxy->delay(0.6);
	$process->writeLine('');
	wait_until(fn () => $done($server));
	$proxy->cut();
	$proxy->delay(0);
	/* Without PHP's own warnings, files and lines. */
	echo preg_replace(['/^Warning: .*Failed to write session data.*\n/m', '/ in \S+ on line \d+$/m', '/^\n/m'], '', $process->output());
	ob_start(fn (string $output) => str_replace(str_repeat('x', 5000), '5000 x', $output));
	show_store($server);
	ob_end_flush();
}

const WRITE = 'session_start(); $_SESSION["n"]++; say("now"); hear(); session_write_close();';
$written = fn ($server) => $server->call('GET', KEY) === 'n|i:2;';
$unlocked = fn ($server) => !$server->call('EXISTS', KEY . '_LOCK');

lose_reply('write', WRITE, $written);
lose_reply('write of a large value', str_replace('n"]++', 'n"] = str_repeat("x", 5000)', WRITE),
	fn ($server) => $server->call('STRLEN', KEY) > 5000);
lose_reply('write, without a lock', WRITE, $written, ['cfsession.lock' => 0]);

/* Another request writes in between, so that the outcome of the first write is lost. */
$overwritten = fn ($server) => $written($server) && $server->call('SET', KEY, 'n|i:9;');
$destroyed = fn ($server) => $written($server) && $server->call('DEL', KEY);
lose_reply('write, then another request writes', WRITE, $overwritten);
lose_reply('write, then another request destroys', WRITE, $destroyed);
lose_reply('write, without a lock, then another request destroys', WRITE, $destroyed, ['cfsession.lock' => 0]);

lose_reply('lock and read', 'say("now"); hear(); session_start(); $_SESSION["n"]++; session_write_close();',
	fn ($server) => $server->call('EXISTS', KEY . '_LOCK'));
/* The request does not wait for these. */
lose_reply('unchanged', 'session_start(); say("now"); hear(); session_write_close();', $unlocked);
lose_reply('abort', 'session_start(); say("now"); hear(); session_abort();', $unlocked);
lose_reply('destroy', 'session_start(); say("now"); hear(); session_destroy();', $unlocked);
?>
--EXPECT--
write
done
retries: 1, errors: 0
  in the store: PHPREDIS_SESSION:ID = n|i:2;
write of a large value
done
retries: 1, errors: 0
  in the store: PHPREDIS_SESSION:ID = n|s:5000:"5000 x";
write, without a lock
done
retries: 1, errors: 0
  in the store: PHPREDIS_SESSION:ID = n|i:2;
write, then another request writes
Warning: session_write_close(): cfsession: cannot write the session: the connection broke, and before the second attempt the lock was lost or the session destroyed; whether the first attempt wrote it is not known
done
retries: 1, errors: 1
  in the store: PHPREDIS_SESSION:ID = n|i:9;
write, then another request destroys
Warning: session_write_close(): cfsession: cannot write the session: the connection broke, and before the second attempt the lock was lost or the session destroyed; whether the first attempt wrote it is not known
done
retries: 1, errors: 1
write, without a lock, then another request destroys
Warning: session_write_close(): cfsession: cannot write the session: the connection broke, and before the second attempt the lock was lost or the session destroyed; whether the first attempt wrote it is not known
done
retries: 1, errors: 1
lock and read
done
retries: 1, errors: 0
  in the store: PHPREDIS_SESSION:ID = n|i:2;
unchanged
done
retries: 0, errors: 0
  in the store: PHPREDIS_SESSION:ID = n|i:1;
abort
done
retries: 1, errors: 0
  in the store: PHPREDIS_SESSION:ID = n|i:1;
destroy
done
retries: 1, errors: 0
  in the store: PHPREDIS_SESSION:ID_GONE = a tombstone
