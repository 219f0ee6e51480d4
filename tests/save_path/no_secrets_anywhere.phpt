--TEST--
session.save_path: a secret is shown nowhere, whatever part of the save path it is in
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/parse.inc';

/* No other text here has four of its characters in a row. */
const SECRET = 'Zq7Xk9Wv3Jp5';

/* Without places of hosts, paths, prefixes and other names, which are not secret. */
$places = [
	/* schemes */
	'%s://host', '%s://:pw@host:6379/1', 'redis+%s://host', '%s:host', 'rediss:%s@host', 'rediss:user:%s@host', 'redis:/%s@host', '://%s@host',
	/* hosts and ports */
	'tcp://host:%s', 'tcp://host:6379%s', 'tcp://[::1]%s', 'tcp://[%s]', 'tcp://[%s', 'tcp://::1:%s', 'redis://host:%s/1', 'redis://host:6379:%s',
	'tcp://host/%s', 'redis://host/%s', 'redis://host/1/%s', 'tcp://%s@host', 'tcp://user:%s@host',
	/* passwords, encoded or not */
	'redis://%s@host', 'redis://:%s@host', 'redis://user:%s@host:6379/2', 'redis://user:a/%s@host', 'redis://user:a?%s@host', 'redis://user:1/%s@host',
	'redis://user:1?%s@host', 'redis://user:1?auth=%s@host', 'redis://user:a#%s@host', 'redis://user:a@%s@host', 'redis://:a:%s@host', 'redis://:%s%%zz@host', 'redis://user:%s',
	'redis://:%s', 'rediss://:%s:6380', 'redis://user:a,%s@host', 'redis://user:a %s@host', 'redis://user:%s@', 'redis://user:%s@host:x',
	/* parameters */
	'tcp://host?%s', 'tcp://host?%s=x', 'tcp://host?=%s', 'tcp://host?prefix&%s', 'tcp://host?auth[%s]', 'tcp://host?auth[%s]=x', 'tcp://host?auth%%5B%s%%5D=x',
	'tcp://host?auth%s=x', 'tcp://host?auth[user%s]=x', 'tcp://host?%s[user]=x', 'tcp://host?stream[%s]=x', 'tcp://host?seed[%s]=x',
	'tcp://host?auth=%s', 'tcp://host?auth=a&%s', 'tcp://host?auth=a&%s=word', 'tcp://host?auth=a&b=%s', 'tcp://host?auth=a&auth=%s', 'tcp://host?auth[]=a&auth[]=%s',
	'tcp://host?auth[]=a&auth[]=b&auth[]=%s', 'tcp://host?auth[user]=u&auth[pass]=%s', 'tcp://host?auth[0]=%s&auth[0]=x', 'tcp://host?auth=%s%%zz', 'tcp://host?auth=%s&databse=1',
	'tcp://host?database=%s', 'tcp://host?weight=%s', 'tcp://host?timeout=%s', 'tcp://host?read_timeout=%s', 'tcp://host?persistent=%s',
	'tcp://host?wait_replicas=%s', 'tcp://host?wait_timeout=%s', 'tls://host?stream[verify_peer]=%s', 'tls://host?stream[cafile]=%s', 'tls://host?stream[local_pk]=%s',
	'unix:///run/x.sock?%s=1', 'unix:///run/x.sock?auth=%s', 'unix://%s', 'unix:%s', 'binding:name?%s=1', 'binding:name?auth=%s', 'tcp://host?binding=name&auth=%s',
	/* lists */
	'tcp://a,%s', 'tcp://a %s', 'tcp://a,%s://b', 'tcp://a?auth=x,tcp://b?%s=1', 'tcp://a?auth=x,tcp://b?auth=%s', 'tcp://a?auth=x,%s,tcp://b',
	/* sentinels and clusters */
	'redis+sentinel://%s@a/m', 'redis+sentinel://user:%s@a,b/m', 'redis+sentinel://user:a/%s@a/m', 'redis+sentinel://user:a?%s@a/m', 'redis+sentinel://a:%s/m', 'redis+sentinel://a/m/%s',
	'redis+sentinel://a/m?%s=1', 'redis+sentinel://a/m?%s', 'redis+sentinel://a/m?sentinel_password=%s', 'redis+sentinel://a/m?sentinel_password=x&%s', 'redis+sentinel://a/m?tls=%s',
	'redis+sentinel://user:%s', 'redis+cluster://user:%s@a,b', 'redis+cluster://user:a/%s@a', 'redis+cluster://user:1?%s@a', 'redis+cluster://a/%s', 'redis+cluster://a?%s=1',
	'redis+cluster://a?auth=%s', 'redis+cluster://a,tcp://%s@b', 'seed[]=a&%s', 'seed[]=a&%s=1', 'seed[]=a&auth=%s', 'seed[]=a&auth[%s]=1', 'seed[]=a:%s', 'seed[%s=a',
	'seed[]=user:%s@a', 'seed[]=a&failover=%s', '%s=a', '%s[]=a',
	/* Memcached */
	'memcached://user:%s@a', 'memcached://user:a/%s@b', 'memcached://user:1?%s@b', 'memcached://%s@a', 'memcached://a/%s', 'memcached://a?%s=1', 'memcached://a:%s', 'memcached://user:%s',
	'memcached:%s@a', 'a:%s', 'a:11211:%s', 'a:11211?%s=1', 'a:11211?%s', 'user:%s@a', 'user:%s@a:11211', '/run/x.sock:%s', '/run/x.sock:0:%s', 'PERSISTENT=p a:%s', 'PERSISTENT=p a?%s',
];

/* The secret itself, and with special characters at its beginning, middle and end. */
$secrets = [SECRET];
foreach (['&', ',', '/', '@', '?', '#', '+', '%', ' ', '=', ';', '!', ':', '[', ']', '//', '://', '%41', '"', '<', "\x01", "\xc2\x9b"] as $special) {
	array_push($secrets, substr(SECRET, 0, 6) . $special . substr(SECRET, 6), SECRET . $special, $special . SECRET);
}

function has_secret(string $text): bool
{
	for ($i = 0; $i + 4 <= strlen(SECRET); $i++) {
		if (str_contains($text, substr(SECRET, $i, 4))) {
			return true;
		}
	}
	return false;
}

/** Everything that cfsession shows of a save path. PHP itself shows it unchanged if a session does not start. */
function shown(): string
{
	$status = cfsession_status();
	ob_start();
	phpinfo(INFO_MODULES);
	$shown = ob_get_clean() . json_encode($status, JSON_UNESCAPED_SLASHES | JSON_PARTIAL_OUTPUT_ON_ERROR);
	if ($status['error'] !== null) {
		$shown .= implode("\n", preg_grep('/cfsession: cannot/', warnings(fn () => session_start())));
	}
	return $shown;
}

/** Whether the save path is valid with the secret, so that a part of it counts as a host, a user or a path. */
function is_understood(string $place): bool
{
	foreach (cfsession_status()['servers'] as $server) {
		if (has_secret("$server[host] $server[username]") || preg_match('/cafile|local_pk/', $place)) {
			return true;
		}
	}
	/* Only phpinfo() shows the user of the sentinels' master. */
	return $place === 'redis+sentinel://%s@a/m' && substr_count(ini_get('session.save_path'), ':') === 2;
}

$tried = $refused = 0;
$leaks = [];
foreach ($places as $place) {
	foreach ($secrets as $secret) {
		$path = sprintf($place, $secret);
		if (@ini_set('session.save_path', $path) === false) {
			continue;
		}
		$tried++;
		if (has_secret(shown()) && !is_understood($place)) {
			$leaks[$place][] = "$path: " . (cfsession_status()['error'] ?? json_encode(cfsession_status()['servers']));
		}
		$refused += cfsession_status()['error'] !== null;
	}
}
echo $tried > 7000 && $refused > 5000 ? "many tried\n" : "$tried tried, $refused refused\n";
foreach ($leaks as $place => $list) {
	echo "$place\n  ", implode("\n  ", array_slice($list, 0, 5)), "\n";
}
?>
--EXPECT--
many tried
