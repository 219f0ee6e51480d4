--TEST--
Doctor: no secret is shown, as text or as JSON, whether sessions work or not
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/doctor.inc';
require __DIR__ . '/../support/redis.inc';
require __DIR__ . '/../support/sentinel.inc';

$server = RedisServer::start(['requirepass' => PASSWORD]);
$server->call('ACL', 'SETUSER', 'reader', 'on', '>' . PASSWORD, '~*', '+@all', '-@write');
$port = $server->port;
$bound = ['session.save_handler' => null];

$cases = [
	'a password' => [at($server->savePath(['auth' => PASSWORD]))],
	'a URL' => [at('redis://:' . PASSWORD . "@127.0.0.1:$port")],
	'a session that fails' => [at($server->savePath(['auth' => ['user' => 'reader', 'pass' => PASSWORD]]))],
	'a wrong password' => [at($server->savePath(['auth' => 'x' . PASSWORD]))],
	'a wrong port' => [at('redis://:' . PASSWORD . '@127.0.0.1:x')],
	'a bad parameter' => [at($server->savePath(['auth' => PASSWORD, 'weight' => PASSWORD]))],
	'for sentinels' => [at(RedisSentinels::pathOf([free_port()], ['auth' => PASSWORD, 'sentinel_password' => PASSWORD]))],
	'for Memcached' => [at('memcached://app:' . PASSWORD . '@127.0.0.1:' . free_port())],
	'as a setting' => [at('127.0.0.1:' . free_port(), ['cfsession.sasl_username' => 'app', 'cfsession.sasl_password' => PASSWORD])],
	'bound' => [$bound, ['VCAP_SERVICES' => vcap(['host' => '127.0.0.1', 'port' => $port, 'password' => PASSWORD])]],
	'bound badly' => [$bound, ['VCAP_SERVICES' => vcap(['host' => '127.0.0.1', 'port' => PASSWORD, 'password' => PASSWORD])]],
	'a variable' => [[], ['REDIS_URL' => 'redis://:' . PASSWORD . "@127.0.0.1:$port"]],
	'another handler' => [at('tcp://host?auth=' . PASSWORD, ['session.save_handler' => 'files'])],
	'a session begun, in vain' => [at($server->savePath(['auth' => PASSWORD . 'x']), ['session.auto_start' => '1', 'display_errors' => '0'])],
];
foreach ($cases as $label => $case) {
	[$ini, $env] = $case + [1 => []];
	foreach (['--verbose', '--json'] as $argument) {
		[$exit, $output] = doctor([$argument], $ini, $env);
		/* Parts of a password count as well. */
		preg_match_all('/tr0ub4dor|S3cr3t|Passw0rd/', $output, $shown);
		echo $label, $argument === '--json' ? ' as JSON' : '', ': ', preg_match('/^Sessions |^SESSIONS |^\{"status"/m', $output) ? "exit $exit" : $output, $shown[0] ? ' SHOWN' : '', "\n";
	}
}
?>
--EXPECT--
a password: exit 0
a password as JSON: exit 0
a URL: exit 0
a URL as JSON: exit 0
a session that fails: exit 1
a session that fails as JSON: exit 1
a wrong password: exit 1
a wrong password as JSON: exit 1
a wrong port: exit 1
a wrong port as JSON: exit 1
a bad parameter: exit 1
a bad parameter as JSON: exit 1
for sentinels: exit 1
for sentinels as JSON: exit 1
for Memcached: exit 1
for Memcached as JSON: exit 1
as a setting: exit 1
as a setting as JSON: exit 1
bound: exit 0
bound as JSON: exit 0
bound badly: exit 1
bound badly as JSON: exit 1
a variable: exit 0
a variable as JSON: exit 0
another handler: exit 1
another handler as JSON: exit 1
a session begun, in vain: exit 1
a session begun, in vain as JSON: exit 1
