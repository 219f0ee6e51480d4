--TEST--
Bound services: credentials in files change while PHP runs
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without(redis_program());
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/servers.inc';
require_once __DIR__ . '/../support/proxy.inc';

/** Changes the password; all clients have to log in again. */
function rotate(RedisServer $server, string $password): void
{
	$server->call('CONFIG', 'SET', 'requirepass', $password);
	$server->call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
}

$code = <<<'PHP'
	$before = cfsession_status()['counters']['connects'];
	$messages = '';
	set_error_handler(function ($level, $message) use (&$messages) {
		return (bool) ($messages .= $message);
	});
	session_id('visitor');
	if (session_start()) {
		$_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
		if (isset($_COOKIE['rotate'])) {
			touch($_COOKIE['rotate']);
			fgets(fopen("$_COOKIE[rotate].go", 'r'));
		}
		session_write_close();
		echo $_SESSION['n'], $messages;
	} else {
		echo preg_match('/refused our \w+|requires a password/', $messages, $match) ? $match[0] : $messages;
	}
	echo ', connections: ', cfsession_status()['counters']['connects'] - $before, "\n";
	PHP;

/** @param callable(string): void $write writes a password into the binding */
function show_rotation(string $label, RedisServer $server, callable $write, array $env, string $code): void
{
	echo "$label\n";
	rotate($server, 'first-s3cr3t');
	$write('first-s3cr3t');
	$web = WebServer::start($code, LEFT_ALONE, $env + NOTHING_BOUND);
	$visit = fn (string $when) => print("  $when: " . $web->get()[0]);
	$visit('at first');
	$visit('again');
	rotate($server, 'second-s3cr3t');
	$visit('the server has changed');
	$write('second-s3cr3t');
	$visit('the binding too');
	$visit('again');
	$server->call('FLUSHALL');
}

$server = RedisServer::start();
$of = fn (string $password) => vcap(credentials($server, ['password' => $password]));

$dir = write_files([]);
show_rotation('VCAP_SERVICES_FILE_PATH', $server, fn ($password) => file_put_contents("$dir/vcap", $of($password)),
	['VCAP_SERVICES_FILE_PATH' => "$dir/vcap"], $code);

$dir = write_files(['redis-sessions/type' => 'redis', 'redis-sessions/host' => '127.0.0.1', 'redis-sessions/port' => (string) $server->port]);
show_rotation('SERVICE_BINDING_ROOT', $server, fn ($password) => file_put_contents("$dir/redis-sessions/password", $password),
	['SERVICE_BINDING_ROOT' => $dir], $code);

show_rotation('VCAP_SERVICES, which cannot change', $server, fn () => null,
	['VCAP_SERVICES' => $of('first-s3cr3t')], $code);

/* Between the read and the write of one request. */
$dir = write_files(['vcap' => $of('third-s3cr3t')]);
rotate($server, 'third-s3cr3t');
exec('mkfifo ' . escapeshellarg("$dir/here.go"));
$web = WebServer::start($code, LEFT_ALONE, ['VCAP_SERVICES_FILE_PATH' => "$dir/vcap"] + NOTHING_BOUND);
$rotator = Php::start(<<<'PHP'
	$here = getenv('HERE');
	while (!file_exists($here)) {
		usleep(1000);
	}
	say('reached');
	hear();
	file_put_contents("$here.go", "go\n");
	PHP, ['session.save_handler' => []], ['HERE' => "$dir/here"]);
$reached = Php::start(<<<'PHP'
	echo file_get_contents(getenv('URL'), false, stream_context_create(['http' => ['header' => 'Cookie: rotate=' . getenv('HERE')]]));
	PHP, ['session.save_handler' => []], ['HERE' => "$dir/here", 'URL' => $web->url()]);
$rotator->readLine();
rotate($server, 'fourth-s3cr3t');
file_put_contents("$dir/vcap", $of('fourth-s3cr3t'));
$rotator->writeLine('go');
echo "in the middle of a request\n  ", $reached->output();
echo '  in the server: ', $server->call('GET', 'PHPREDIS_SESSION:visitor'), ', locks: ', count($server->keys('*_LOCK*')), "\n";
?>
--EXPECT--
VCAP_SERVICES_FILE_PATH
  at first: 1, connections: 1
  again: 2, connections: 0
  the server has changed: refused our password, connections: 1
  the binding too: 3, connections: 2
  again: 4, connections: 0
SERVICE_BINDING_ROOT
  at first: 1, connections: 1
  again: 2, connections: 0
  the server has changed: refused our password, connections: 1
  the binding too: 3, connections: 2
  again: 4, connections: 0
VCAP_SERVICES, which cannot change
  at first: 1, connections: 1
  again: 2, connections: 0
  the server has changed: refused our password, connections: 1
  the binding too: refused our password, connections: 1
  again: refused our password, connections: 1
in the middle of a request
  1, connections: 3
  in the server: n|i:1;, locks: 0
