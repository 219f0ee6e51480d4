--TEST--
docs/troubleshooting.md has each warning of cfsession, in the words of the sources, with cause and solution
--FILE--
<?php
require __DIR__ . '/messages.inc';

/* Texts of the sources that are neither messages nor endings that a user would search for. */
const OTHERS = [
	/* Allowed values. */
	'On or Off', 'On, Off or merge', 'true or false', 'none, error or distribute', 'without control characters', 'at most 128 bytes long',
	'at most 128 bytes without control characters', 'a number from 0', 'a number from 0 to 65535', 'a number from 0 to 1000000', 'a number from 1 to 65535',
	'a whole number from 1 to 65535', 'a number of seconds from 0 to 86400', 'a number of seconds from 1 to 86400', 'a number of seconds above 0 and up to 86400',
	'fail or readonly', 'none, zstd or lz4', 'a number from 0 to 22',
	'a list of ciphers', '64 (SHA-256) or 40 (SHA-1) hexadecimal digits', '40 hexadecimal digits', '64 hexadecimal digits',
	'a number of seconds, at most 86400', 'a number of milliseconds from 1 to 86400000', 'a path that starts with "/"',
	'the name of a bound service', 'the number of a database', 'a string or a whole number', 'a list of servers, at most 1000',
	'there for each server of a list', 'redis, rediss, valkey, valkeys, tcp, tls or memcached', 'a certificate or a key in PEM, or the base64 of one',
	/* Subjects. */
	'the name of the master', 'the name of the pool', 'the name of the service', 'the name of a parameter', 'the user name',
	'the path of the socket', 'the user name in the URI', 'the password in the URI', 'the name of the master in the URI',
	'user name and password', 'of the bound service', 'this request has read', 'another request has stored', 'this request leaves', 'a single Redis server', 'a bound service', 'a Redis Cluster', 'the parameter "…"',
	/* Failed actions. */
	'cfsession: cannot', 'read the session', 'decode the session', 'write the session', 'destroy the session', "release the session's lock",
	'tag the session', 'give the session a new id', "take the session's tags along to its new id", 'list the sessions of the tag',
	'destroy all sessions of the tag',
	/* phpinfo() */
	'not shown, because of an error', 'Not configured because', 'INSECURE: not verified (stream[verify_peer]=0)',
	'INSECURE: the name is not verified (stream[verify_peer_name]=0)', 'INSECURE: self-signed certificates are accepted (stream[allow_self_signed]=1)',
	'verified by its fingerprint', 'nothing: session.save_handler is not cfsession',
	'no: built without OpenSSL', 'no: built without it', 'Server closed the connection', 'Name in locks',
	/* Servers' words. */
	'said "ERR unknown command', 	'SERVER_ERROR object too large for cache', 'SERVER_ERROR out of memory', 'SERVER_ERROR Out of memory', 'ERR unknown command', "can't run this command",
	'DENIED Redis is running in protected mode', 'ERR Error running script', 'of the keys', "permissions to access the '",
	'max number of clients', 'wrong number of arguments', 'with args beginning with',
];

$sources = texts_of_sources();
$documented = array_fill_keys(OTHERS, true);
$rows = 0;
preg_match_all('/^\| (`.*`.*) \| (.*) \| (.*) \|$/m', file_get_contents(ROOT . '/docs/troubleshooting.md'), $found, PREG_SET_ORDER);
foreach ($found as [, $entries, $cause, $cure]) {
	$rows++;
	trim($cause) !== '' && trim($cure) !== '' or print("no cause or cure: $entries\n");
	preg_match_all('/`(.+?)`/', $entries, $spans);
	foreach ($spans[1] as $entry) {
		$parts = parts($entry, $sources) or print("nothing of the kind in the sources: $entry\n");
		$documented += array_fill_keys($parts, true);
	}
}
foreach (array_diff_key($sources, $documented) as $text => $file) {
	echo "not in docs/troubleshooting.md: $text ($file)\n";
}
foreach (array_diff_key(array_fill_keys(OTHERS, true), $sources) as $text => $unused) {
	echo "in the test, and not in the sources: $text\n";
}
echo $rows > 50 && count($sources) > 150 ? "compared\n" : "$rows rows and " . count($sources) . " texts found\n";
?>
--EXPECT--
compared
