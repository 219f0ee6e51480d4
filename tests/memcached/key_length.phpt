--TEST--
Memcached: cfsession itself limits the length of prefix and id to that of a key
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

/* "lock." or "gone." comes between prefix and id. In the binary protocol libmemcached would send a key of any length. */
$servers = [
	'text' => [$text = MemcachedServer::start(), $text->savePath()],
	'binary' => [$binary = MemcachedServer::sasl(USER, PASSWORD), login_path($binary)],
];
foreach ($servers as $protocol => [$server, $path]) {
	foreach (['1', '0'] as $lock) {
		echo "$protocol, cfsession.lock=$lock\n";
		foreach ([1, 100, 128] as $length) {
			$prefix = str_repeat('p', $length);
			foreach ([245, 246] as $sum) {
				configure($path, ['cfsession.prefix' => $prefix, 'cfsession.lock' => $lock, 'session.use_strict_mode' => '0']);
				$id = str_repeat('a', $sum - $length);
				$messages = warnings(function () use ($id, &$started) {
					session_id($id);
					$started = session_start();
					count_up();
					session_write_close();
				});
				echo "  $length + ", strlen($id), ': ', $started ? 'started' : 'refused', "\n";
				show_warnings($messages);
				$stored = $server->get($prefix . $id);
				$stored === ($started ? 'n|i:1;' : null) or print("  $stored\n");
				/* A truncated id would reach another session. */
				$server->get($prefix . substr($id, 0, -1)) === null or print("  stored under another id\n");
				$stored !== null && $server->delete($prefix . $id);
			}
		}
	}
}

/* In strict mode PHP generates a new id. */
configure($text->savePath(), ['session.use_strict_mode' => '1', 'cfsession.prefix' => str_repeat('p', 128)]);
session_id(str_repeat('a', 118));
echo 'strict: ', session_start() ? strlen(session_id()) < 118 ? 'another id' : 'the same' : 'refused', "\n";
session_abort();

foreach (["a b", "a\tb", "a\nb"] as $prefix) {
	$messages = warnings(fn () => ini_set('cfsession.prefix', $prefix));
	echo json_encode($prefix), $messages ? ": $messages[0]\n" : "\n";
	ini_get('cfsession.prefix') === $prefix && attempt('  used');
}
?>
--EXPECT--
text, cfsession.lock=1
  1 + 244: started
  1 + 245: refused
  session_start(): cfsession: cannot read the session: its id is empty, too long, or has characters other than A-Z, a-z, 0-9, "-" and ","
  100 + 145: started
  100 + 146: refused
  session_start(): cfsession: cannot read the session: its id is empty, too long, or has characters other than A-Z, a-z, 0-9, "-" and ","
  128 + 117: started
  128 + 118: refused
  session_start(): cfsession: cannot read the session: its id is empty, too long, or has characters other than A-Z, a-z, 0-9, "-" and ","
text, cfsession.lock=0
  1 + 244: started
  1 + 245: refused
  session_start(): cfsession: cannot read the session: its id is empty, too long, or has characters other than A-Z, a-z, 0-9, "-" and ","
  100 + 145: started
  100 + 146: refused
  session_start(): cfsession: cannot read the session: its id is empty, too long, or has characters other than A-Z, a-z, 0-9, "-" and ","
  128 + 117: started
  128 + 118: refused
  session_start(): cfsession: cannot read the session: its id is empty, too long, or has characters other than A-Z, a-z, 0-9, "-" and ","
binary, cfsession.lock=1
  1 + 244: started
  1 + 245: refused
  session_start(): cfsession: cannot read the session: its id is empty, too long, or has characters other than A-Z, a-z, 0-9, "-" and ","
  100 + 145: started
  100 + 146: refused
  session_start(): cfsession: cannot read the session: its id is empty, too long, or has characters other than A-Z, a-z, 0-9, "-" and ","
  128 + 117: started
  128 + 118: refused
  session_start(): cfsession: cannot read the session: its id is empty, too long, or has characters other than A-Z, a-z, 0-9, "-" and ","
binary, cfsession.lock=0
  1 + 244: started
  1 + 245: refused
  session_start(): cfsession: cannot read the session: its id is empty, too long, or has characters other than A-Z, a-z, 0-9, "-" and ","
  100 + 145: started
  100 + 146: refused
  session_start(): cfsession: cannot read the session: its id is empty, too long, or has characters other than A-Z, a-z, 0-9, "-" and ","
  128 + 117: started
  128 + 118: refused
  session_start(): cfsession: cannot read the session: its id is empty, too long, or has characters other than A-Z, a-z, 0-9, "-" and ","
strict: another id
"a b"
  used: refused
  session_start(): cfsession: cannot read the session: cfsession.prefix has a space, or prefix and session id together have more than 245 bytes, which is Memcached's limit
"a\tb": cfsession.prefix has to be at most 128 bytes without control characters; the previous value stays
"a\nb": cfsession.prefix has to be at most 128 bytes without control characters; the previous value stays
