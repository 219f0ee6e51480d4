--TEST--
session.save_path: no part of a password appears in an error or in cfsession_status()
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/parse.inc';

const PASSWORD = 'S3cr3tPassw0rd';

/* Characters that have a meaning in a save path and that people forget to encode, in each part of the password. */
$passwords = [];
foreach (['&', ',', '/', '@', '?', '#', '+', '%', ' ', '=', '&&', '?/', '/?', '%zz', '&x=', "\x01", '%00', '"', '<', '[', ']'] as $special) {
	for ($i = 0; $i <= strlen(PASSWORD); $i++) {
		$passwords[] = substr_replace(PASSWORD, $special, $i, 0);
	}
	/* Twice. */
	$passwords[] = 'S3cr' . $special . '3tPa' . $special . 'ssw0rd';
}

$forms = [
	'tcp://host:6379?auth=%s',
	'tcp://host:6379?auth=%s&database=1',
	'tcp://host:6379?database=1&auth=%s&prefix=x',
	'tcp://host:6379?auth[]=%s',
	'tcp://host:6379?auth[]=user&auth[]=%s',
	'tcp://host:6379?auth[user]=user&auth[pass]=%s',
	'tcp://host:6379?auth[pass]=%s&auth[user]=user',
	'tcp://host:6379?auth=%s&unknown=1',
	'tcp://host:6379?auth=%s&auth=%1$s',
	'tcp://%s@host:6379',
	'tcp://user:%s@host:6379',
	'redis://user:%s@host:6379/1',
	'redis://:%s@host:6379',
	'redis://:%s@host:99999',
	'redis://%s@host:6379',
	'redis://%s@host:6379/1?prefix=x',
	'redis://user:%s@host/x',
	'redis://user:%s@',
	'redis://host?auth=%s&databse=1',
	'unix:///tmp/redis.sock?auth=%s',
	'rediss://user:%s@host:6379',
	'tls://host:6379?auth=%s',
	'memcached://user:%s@host:11211',
	'redis+sentinel://user:%s@host:26379/mymaster?sentinel_password=%1$s',
	'redis+sentinel://user:%s@host,other:26380/mymaster/1?prefix=x',
	'redis+sentinel://host/mymaster?auth=%s&sentinel_username=x&sentinel_password=%1$s&tls=0',
	'redis+cluster://user:%s@host:6379,other',
	'redis+cluster://host?auth[]=user&auth[]=%s&wait_replicas=1',
	'seed[]=host:6379&auth=%s&timeout=1',
	'auth=%s&seed[]=host:6379&seed[]=other',
	'tcp://a?auth=%s,tcp://b?auth=%1$s&weight=2',
	'redis://user:%s@a redis://:%1$s@b/1',
	'user:%s@host:6379',
	'host:6379?auth=%s',
];

/** The first part of the password found in the text. */
function leaked(string $text): ?string
{
	for ($i = 0; $i + 4 <= strlen(PASSWORD); $i++) {
		$part = substr(PASSWORD, $i, 4);
		/* "password" contains it, too. */
		if ($part !== 'assw' && str_contains($text, $part)) {
			return $part;
		}
	}
	return null;
}

$tried = $refused = 0;
$leaks = [];
foreach ($forms as $form) {
	foreach ($passwords as $password) {
		if (@ini_set('session.save_path', sprintf($form, $password)) === false) {
			continue;
		}
		$tried++;
		$status = cfsession_status();
		$refused += $status['error'] !== null;
		if (leaked(json_encode($status, JSON_UNESCAPED_SLASHES | JSON_PARTIAL_OUTPUT_ON_ERROR)) !== null) {
			$leaks[$form][] = $password . ': ' . ($status['error'] ?? json_encode($status['servers']));
		}
	}
}
echo $tried > 5000 && $refused > 1000 ? 'many tried' : "$tried tried, $refused refused", "\n";
foreach ($leaks as $form => $list) {
	echo "$form\n";
	echo '  ', implode("\n  ", array_slice($list, 0, 5)), "\n";
}
?>
--EXPECT--
many tried
