--TEST--
Bound services: a secret is shown nowhere, whatever part of a binding it is in
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/bindings.inc';

/* Too many processes for valgrind. Too many processes for the sanitizers: the fuzzers run with them, and look for leaks. */

/* No other text here has four of its characters in a row. */
const SECRET = 'Zq7Xk9Wv3Jp5';

const EVERYTHING = <<<'PHP'
	phpinfo(INFO_ALL & ~INFO_ENVIRONMENT & ~INFO_VARIABLES);
	var_dump(ini_get_all());
	echo json_encode(cfsession_status(), JSON_UNESCAPED_SLASHES | JSON_PARTIAL_OUTPUT_ON_ERROR);
	session_id('visitor');
	cfsession_status()['error'] === null || session_start();

	PHP;

function has_secret(string $text): bool
{
	for ($i = 0; $i + 4 <= strlen(SECRET); $i++) {
		if (str_contains($text, substr(SECRET, $i, 4))) {
			return true;
		}
	}
	return false;
}

$tried = 0;

/** Runs PHP with this binding, with cfsession chosen or not. */
function try_binding(string $label, array $env): void
{
	global $tried;
	foreach ([[], NOT_CHOSEN] as $chosen) {
		$output = run_bound(EVERYTHING, $env, $chosen);
		$tried++;
		strlen($output) > 10000 || print("$label: $output\n");
		if (has_secret($output)) {
			preg_match('/^.*(?:' . substr(SECRET, 0, 4) . '|' . substr(SECRET, 4, 4) . '|' . substr(SECRET, 8) . ').*$/m', $output, $line);
			echo "$label: ", substr($line[0] ?? 'a part of it', 0, 300), "\n";
		}
	}
}

/** Tries each field of the credentials, with a value of each kind. */
function try_fields(string $name, array $fields, array $others): void
{
	foreach ($fields as $field) {
		foreach ([SECRET, [SECRET], [['x' => SECRET]], ['x' => SECRET], SECRET . "\n"] as $i => $value) {
			try_binding("$name, $field, $i", ['VCAP_SERVICES' => vcap([$field => $value] + $others, $name, ['tags' => ['redis']])]);
		}
	}
}

/* Without fields that are not secret: hosts, users, names of masters. */
try_fields('app-redis-sessions', ['password', 'pass', 'primaryKey', 'auth_token', 'sentinel_password', 'ha_password', 'port', 'tls_port', 'tls', 'database',
	'path', 'scheme', 'uri', 'url', 'ca', 'certificates', 'tls_certificate', 'tls_private_key', 'cluster_mode', 'admin_password', 'anything', 'credhub-ref'], ['host' => 'h']);
foreach (['redis://:%s@', 'redis://:%s', 'redis://u:%s@h:x', 'redis://u:%s@h/x', 'redis://u:a/%s@h:x', 'redis://u:a?%s@h', 'redis://u:%s%%zz@h', '%s', '%s://h', 'http://u:%s@h', 'redis:%s@h',
	'redis://u:%s@h#m', 'redis://u:%s@a,b', 'memcached://u:%s@h:x', 'memcached://:%s@h', 'redis://h:%s', 'redis://h/%s', 'redis://[%s]', 'redis://h:6379%s'] as $uri) {
	$uri = sprintf($uri, SECRET);
	try_binding("uri $uri", ['VCAP_SERVICES' => vcap(['uri' => $uri])]);
	try_binding("uri $uri, Memcached", ['VCAP_SERVICES' => vcap(['uri' => $uri], 'memcached-sessions')]);
	try_binding("REDIS_URL=$uri", ['REDIS_URL' => $uri]);
	try_binding("REDIS_TLS_URL=$uri", ['REDIS_TLS_URL' => $uri, 'REDIS_URL' => 'redis://h']);
	try_binding("MEMCACHE_URL=$uri", ['MEMCACHE_URL' => "u:$uri"]);
	try_binding("SERVICE_BINDING_ROOT=$uri", ['SERVICE_BINDING_ROOT' => $uri]);
	try_binding("VCAP_SERVICES_FILE_PATH=$uri", ['VCAP_SERVICES_FILE_PATH' => $uri]);
}

echo "-- documents\n";
foreach (['%s', '"%s"', '["%s"]', '{"password": "%s"', '{"uri": "redis://:%s@h"}', '{"p.redis": "%s"}', '{"p.redis": ["%s"]}', '{"p.redis": [["%s"]]}', '{"p.redis": {"x": "%s"}}',
	'{"p.redis": {"name": "redis-sessions", "credentials": "%s"}}', '{"p.redis": [{"name": "redis-sessions", "credentials": "%s"}]}', '{"p.redis": [{"name": ["%s"]}]}',
	'{"p.redis": [{"name": "redis-sessions", "tags": "%s", "credentials": {}}]}', '{"p.redis": [{"name": "redis-sessions", "credentials": {"redis": "%s"}}]}'] as $document) {
	$document = sprintf($document, SECRET);
	try_binding("VCAP_SERVICES=$document", ['VCAP_SERVICES' => $document]);
	try_binding("VCAP_SERVICES_FILE_PATH=$document", ['VCAP_SERVICES_FILE_PATH' => $document]);
	try_binding("the file $document", ['VCAP_SERVICES_FILE_PATH' => write_files(['vcap' => $document]) . '/vcap']);
	try_binding("PLATFORM_RELATIONSHIPS=$document", ['PLATFORM_RELATIONSHIPS' => $document]);
	try_binding("relationships $document", ['PLATFORM_RELATIONSHIPS' => base64_encode($document)]);
	try_binding("options.json $document", ['VCAP_SERVICES' => vcap([]), 'HOME' => write_files(['.bp-config/options.json' => $document])]);
}

echo "-- directories and variables\n";
foreach (['password', 'port', 'uri', 'tls', 'database', 'tags', 'ca.crt', 'anything'] as $key) {
	foreach ([SECRET, "\"" . SECRET . "\"", '["' . SECRET . '"]', SECRET . "\nx"] as $value) {
		try_binding("file $key", ['SERVICE_BINDING_ROOT' => write_files(['x/type' => 'php-redis-session', 'x/host' => 'h', "x/$key" => $value])]);
		try_binding("file $key, no type", ['SERVICE_BINDING_ROOT' => write_files(['redis-sessions/host' => 'h', "redis-sessions/$key" => $value])]);
	}
}
foreach (['REDIS_PASSWORD', 'REDIS_PORT', 'REDIS_SCHEME', 'MEMCACHED_PASSWORD', 'MEMCACHED_PORT', 'REDISPASSWORD', 'REDISPORT'] as $variable) {
	foreach ([SECRET, 'tcp://' . SECRET, SECRET . "\n"] as $value) {
		try_binding($variable, [$variable => $value, 'REDIS_HOST' => 'h', 'REDISHOST' => 'h', 'MEMCACHED_HOST' => 'h', 'MEMCACHED_USERNAME' => 'u']);
		try_binding("$variable for Memcached", [$variable => $value, 'MEMCACHED_HOST' => 'h', 'MEMCACHED_USERNAME' => 'u']);
	}
}
echo $tried > 700 ? "many tried\n" : "$tried tried\n";
?>
--EXPECT--
-- documents
-- directories and variables
many tried
