--TEST--
From files: a session moves to cfsession when its visitor comes back, once, and not after it has ended
--SKIPIF--
<?php
require __DIR__ . '/../support/skipif.inc';
skip_without_backend('redis');
skip_without(redis_program());
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../redis/attempt.inc';

$server = RedisServer::start();
$directory = temp_dir();
$example = var_export(dirname(__DIR__, 2) . '/examples/from-files/from-files.php', true);

/** Runs a request in the session with that id, which prints the session's data and then runs the code. */
function request(string $id, string $code = '', array $ini = [], bool $files = false): void
{
	global $server, $directory, $example;

	$code = ($files ? '' : "require $example; ") . "session_id('$id'); if (session_start()) {
		say((session_id() === '$id' ? '' : 'another id, ') . json_encode(\$_SESSION)); $code
	} else { say('refused'); }";
	$ini += $files ? ['session.save_handler' => 'files', 'session.save_path' => $directory] : ['session.save_path' => $server->savePath()];
	$output = Php::run($code, $ini + ['session.gc_probability' => 0], ['OLD_SESSIONS' => $directory]);
	echo '  ', preg_replace('/^(Warning: .*)?\n/m', '', $output);
}

function files(): void
{
	global $directory;

	echo '  files: ', implode(' ', array_map(basename(...), glob("$directory/sess_*"))), "\n";
}

foreach (['alice', 'bob', 'carol', 'dave', 'erin'] as $user) {
	request($user, "\$_SESSION['user'] = '$user';", files: true);
}
files();

$strict = ['session.use_strict_mode' => 1];
echo "changed, then as any other\n";
request('alice', '$_SESSION["n"] = 1;');
request('alice', '$_SESSION["n"]++;');
request('alice');
echo "unchanged, in strict mode\n";
request('bob', '', $strict);
request('bob', '', $strict);
echo "read only, then changed\n";
request('carol', 'session_abort();');
files();
request('carol', '$_SESSION["n"] = 1;');
echo "logged out\n";
request('dave', 'session_destroy();');
request('dave', 'session_destroy();');
echo "too old\n";
touch("$directory/sess_erin", time() - 3600);
request('erin', 'session_abort();');
files();
echo "unknown, and not valid, in strict mode\n";
request('nobody', '', $strict);
request('../erin', '', $strict);
echo "the store is away\n";
request('erin', '', ['session.save_path' => 'tcp://127.0.0.1:' . free_port(), 'session.gc_maxlifetime' => 86400]);
files();
$named = preg_grep('/^PHPREDIS_SESSION:(alice|bob|carol|dave|erin|nobody)/', $server->keys());
sort($named);
echo 'stored: ', implode(' ', $named), "\n";
?>
--EXPECT--
[]
  []
  []
  []
  []
  files: sess_alice sess_bob sess_carol sess_dave sess_erin
changed, then as any other
  {"user":"alice"}
  {"user":"alice","n":1}
  {"user":"alice","n":2}
unchanged, in strict mode
  {"user":"bob"}
  {"user":"bob"}
read only, then changed
  {"user":"carol"}
  files: sess_carol sess_dave sess_erin
  {"user":"carol"}
logged out
  {"user":"dave"}
  []
too old
  []
  files: sess_erin
unknown, and not valid, in strict mode
  another id, []
  another id, []
the store is away
  refused
  files: sess_erin
stored: PHPREDIS_SESSION:alice PHPREDIS_SESSION:bob PHPREDIS_SESSION:carol
