--TEST--
Bound services: their secrets stay in memory, and phpinfo() shows what was found
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/bindings.inc';

/* phpinfo() without the environment, which would show the platform's own variables. */
const EVERYTHING = <<<'PHP'
	ini_set('cfsession.connect_timeout', '0.2');
	ini_set('cfsession.lock_wait', '0.1');
	phpinfo(INFO_ALL & ~INFO_ENVIRONMENT & ~INFO_VARIABLES);
	var_dump(ini_get_all(), session_save_path(), cfsession_status(true));
	session_id('visitor');
	session_start();
	session_write_close();
	var_dump(session_get_cookie_params(), error_get_last(), get_defined_constants(true)['user'] ?? null);

	PHP;

function show_secrets(string $label, array $env, array $ini = NOT_CHOSEN): void
{
	$output = run_bound(EVERYTHING, $env, $ini);
	preg_match_all('/^(?:Configured by|Service|Backend|Topology|Servers|Error|session\.save_path) => .*$/m', $output, $rows);
	echo "$label\n";
	foreach (preg_grep('/^Error => it needs TLS/', $rows[0], PREG_GREP_INVERT) as $row) {
		echo '  ', str_replace('no value', 'DEFAULT', without_paths($row)), "\n"; /* PHP's default may be none */
	}
	foreach (['s3cr3t', 'S3NT', rawurlencode('s3cr3t+1'), 'MIIBkey'] as $secret) {
		str_contains($output, $secret) && print("  $secret is shown\n");
	}
	echo '  printed: ', strlen($output) > 10000 ? 'everything' : $output, "\n";
}

$pem = "-----BEGIN PRIVATE KEY-----\nMIIBkey\n-----END PRIVATE KEY-----\n";
show_secrets('a password', ['VCAP_SERVICES' => vcap(['host' => '127.0.0.1', 'port' => 1, 'password' => 's3cr3t+1'])]);
show_secrets('a URI', ['VCAP_SERVICES' => vcap(['uri' => 'redis://u:s3cr3t%2B1@127.0.0.1:1/3'])]);
show_secrets('a URI that is wrong', ['VCAP_SERVICES' => vcap(['uri' => 'redis://u:s3cr3t/1@127.0.0.1:1x/3'])]);
show_secrets('another field', ['VCAP_SERVICES' => vcap(['host' => '127.0.0.1', 'port' => 's3cr3t', 'database' => 's3cr3t', 'ca' => 's3cr3t'])]);
show_secrets('Memcached', ['VCAP_SERVICES' => vcap(['servers' => '127.0.0.1:1', 'username' => 'u', 'password' => 's3cr3t+1'], 'memcached-sessions')]);
show_secrets('a key', ['VCAP_SERVICES' => vcap(['host' => '127.0.0.1', 'port' => 1, 'tls' => true, 'tls_certificate' => str_replace('MIIBkey', 'x', $pem), 'tls_private_key' => $pem])]);
show_secrets('a variable', ['REDIS_URL' => 'redis://h:s3cr3t%2B1@127.0.0.1:1'], []);
show_secrets('not JSON', ['VCAP_SERVICES' => '{"a": "s3cr3t"']);
?>
--EXPECT--
a password
  Configured by => VCAP_SERVICES
  Service => app-redis-sessions
  Backend => redis
  Topology => single
  Servers => tcp://127.0.0.1:1?auth=***
  session.save_path => tcp://127.0.0.1:1?binding=app-redis-sessions => tcp://127.0.0.1:1?binding=app-redis-sessions
  printed: everything
a URI
  Configured by => VCAP_SERVICES
  Service => app-redis-sessions
  Backend => redis
  Topology => single
  Servers => tcp://127.0.0.1:1?auth[user]=u&auth[pass]=***&database=3
  session.save_path => tcp://127.0.0.1:1?binding=app-redis-sessions => tcp://127.0.0.1:1?binding=app-redis-sessions
  printed: everything
a URI that is wrong
  Configured by => VCAP_SERVICES
  Service => app-redis-sessions
  Error => the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the port has to be a number from 1 to 65535
  session.save_path => binding:app-redis-sessions => binding:app-redis-sessions
  printed: everything
another field
  Configured by => VCAP_SERVICES
  Service => app-redis-sessions
  Error => the service "app-redis-sessions" (VCAP_SERVICES) cannot be used: the field "port" has to be a whole number from 1 to 65535
  session.save_path => binding:app-redis-sessions => binding:app-redis-sessions
  printed: everything
Memcached
  Configured by => VCAP_SERVICES
  Service => memcached-sessions
  Backend => memcached
  Topology => single
  Servers => memcached://u:***@127.0.0.1:1?persistent_id=app_sessions
  session.save_path => PERSISTENT=app_sessions 127.0.0.1:1?binding=memcached-sessions => PERSISTENT=app_sessions 127.0.0.1:1?binding=memcached-sessions
  printed: everything
a key
  Configured by => VCAP_SERVICES
  Service => app-redis-sessions
  Backend => redis
  Topology => single
  Servers => tls://127.0.0.1:1
  session.save_path => tls://127.0.0.1:1?binding=app-redis-sessions => tls://127.0.0.1:1?binding=app-redis-sessions
  printed: everything
a variable
  Configured by => REDIS_URL
  Service => REDIS_URL
  Backend => redis
  Topology => single
  Servers => tcp://127.0.0.1:1?auth[user]=h&auth[pass]=***
  session.save_path => tcp://127.0.0.1:1?binding=REDIS_URL => tcp://127.0.0.1:1?binding=REDIS_URL
  printed: everything
not JSON
  Configured by => nothing: session.save_handler is not cfsession
  Error => VCAP_SERVICES is not JSON
  session.save_path => DEFAULT => DEFAULT
  printed: everything
