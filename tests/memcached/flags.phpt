--TEST--
Memcached: an item with flags is not a session: it fails the read and stays
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

/* The whole message once, then only what differs. */
$shown = false;
ob_start(function (string $output) use (&$shown) {
	$all = explode("\n", $output);
	foreach ($all as &$line) {
		$line = $shown ? preg_replace('/(its flags are [^,]*(, (?!as)[^,]*)?), as .*/', '$1...', $line) : $line;
		$shown = $shown || str_contains($line, ', as ');
	}
	return implode("\n", $all);
});

/* php-memcached's flags: the compression, and the type. */
$flags = ['compressed with zlib' => 0x30, 'compressed with fastlz' => 0x50, 'compressed with zstd' => 0x90, 'compressed, serialized' => 0x14,
	'serialized' => 0x04, 'igbinary' => 0x05, 'an integer' => 0x01, "an application's own" => 0x10000, 'all' => 0xffffffff];
$text = MemcachedServer::start();
$servers = ['text' => [$text, $text->savePath()], 'binary' => [$binary = MemcachedServer::sasl(USER, PASSWORD), login_path($binary)]];
foreach ($servers as $protocol => [$server, $path]) {
	echo "$protocol\n";
	$put = fn (int $flags) => $protocol === 'text'
		? $server->client()->line('set ' . KEY . " $flags 1000 6\r\nn|i:1;")
		: $server->client()->setWithFlags(KEY, 'n|i:1;', $flags, 1000);
	foreach (['1', '0'] as $lock) {
		foreach (['0', '1'] as $strict) {
			configure($path, ['cfsession.lock' => $lock, 'session.use_strict_mode' => $strict]);
			foreach ($flags as $name => $number) {
				$put($number);
				if ($lock && !$strict) {
					attempt($name, count_up(...));
					show_store($server);
				} else {
					session_id(ID);
					$messages = warnings(fn () => session_start());
					$kept = $server->get(KEY) === 'n|i:1;' && $server->get(LOCK_KEY) === null;
					count($messages) === 2 && $kept or print_r($messages);
				}
			}
		}
	}
	$put(0);
	attempt('none', count_up(...));
}
?>
--EXPECT--
text
compressed with zlib: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 48, compressed with zlib, as an application stores data with php-memcached or another client; it was not changed. Give sessions another cfsession.prefix, or delete the key memc.sess.key.Gg7Q... (the dots stand for the rest of the session id)
  in the store: n|i:1;
compressed with fastlz: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 80, compressed with fastlz...
  in the store: n|i:1;
compressed with zstd: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 144, compressed with zstd...
  in the store: n|i:1;
compressed, serialized: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 20, compressed...
  in the store: n|i:1;
serialized: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 4, serialized by PHP...
  in the store: n|i:1;
igbinary: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 5, serialized by igbinary...
  in the store: n|i:1;
an integer: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 1, an integer...
  in the store: n|i:1;
an application's own: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 65536...
  in the store: n|i:1;
all: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 4294967295, compressed with zlib...
  in the store: n|i:1;
none: started
binary
compressed with zlib: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 48, compressed with zlib...
  in the store: n|i:1;
compressed with fastlz: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 80, compressed with fastlz...
  in the store: n|i:1;
compressed with zstd: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 144, compressed with zstd...
  in the store: n|i:1;
compressed, serialized: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 20, compressed...
  in the store: n|i:1;
serialized: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 4, serialized by PHP...
  in the store: n|i:1;
igbinary: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 5, serialized by igbinary...
  in the store: n|i:1;
an integer: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 1, an integer...
  in the store: n|i:1;
an application's own: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 65536...
  in the store: n|i:1;
all: refused
  session_start(): cfsession: cannot read the session: what is stored for it at HOST:PORT was not stored as a session: its flags are 4294967295, compressed with zlib...
  in the store: n|i:1;
none: started
