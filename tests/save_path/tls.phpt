--TEST--
session.save_path: TLS and its parameters, also where it is not built in
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/parse.inc';

$needs = 'error: it needs TLS, which this cfsession was built without: build it with OpenSSL (Debian, Ubuntu: libssl-dev)';

foreach ([
	'tls://host:6380?auth=secret',
	'ssl://host:6380',
	'rediss://:secret@host:6380/2',
	'valkeys://host',
	'tls://host?stream[cafile]=/a&stream[capath]=/b&stream[local_cert]=/c&stream[local_pk]=/d&stream[peer_name]=e',
	'tls://host?stream%5Bcafile%5D=%2Fa%20b',
	'tls://host?stream[verify_peer]=0&stream[verify_peer_name]=false',
	'tls://host?stream[verify_peer]=1&stream[verify_peer_name]=on',
	'rediss+sentinel://host:26379/mymaster',
	'redis+sentinel://host:26379/mymaster?sentinel_tls=1',
	'redis+cluster://host:1,b:2?tls=1',
	'seed[]=tls://host:7000&seed[]=b:7001&auth=secret',
	'tcp://host,tls://b',
	/* not valid */
	'tls://host?stream[cafile]=ca.crt',
	'tls://host?stream[capath]=',
	'tls://host?stream[peer_name]=',
	'tls://host?stream[verify_peer]=',
	'tls://host?stream[verify_peer]=never',
	'tls://host?stream[verify_peer]=0&stream[verify_peer]=1',
	'tls://host?stream[cafile]=/a&stream[cafile]=/b',
	'tls://host?stream[ciphers]=ALL',
	'tls://host?stream[local_pk]=/d',
	'tcp://host?stream[cafile]=/a',
	'redis://host?stream[verify_peer]=0',
	'memcached://host?stream[cafile]=/a',
	'tls://host?stream[cafile]=/a, tcp://other?stream[cafile]=/a',
	/* with sentinels and in clusters */
	'redis+sentinel://host/name?stream[cafile]=/a',
	'redis+sentinel://host/name?tls=1&stream[cafile]=/a',
	'redis+sentinel://host/name?tls=1&sentinel_tls=0&stream[cafile]=/a',
	'redis+sentinel://host/name?sentinel_tls=1&stream[cafile]=/a',
	'rediss+sentinel://host/name?stream[cafile]=/a',
	'redis+cluster://host?stream[cafile]=/a',
	'rediss+cluster://host?stream[cafile]=/a',
] as $path) {
	$meaning = meaning($path);
	echo "$path\n  ", !cfsession_status()['libraries']['tls'] && $meaning === $needs ? 'host ...' : preg_replace('/^host .*/', 'host ...', $meaning), "\n";
}
?>
--EXPECT--
tls://host:6380?auth=secret
  host ...
ssl://host:6380
  host ...
rediss://:secret@host:6380/2
  host ...
valkeys://host
  host ...
tls://host?stream[cafile]=/a&stream[capath]=/b&stream[local_cert]=/c&stream[local_pk]=/d&stream[peer_name]=e
  host ...
tls://host?stream%5Bcafile%5D=%2Fa%20b
  host ...
tls://host?stream[verify_peer]=0&stream[verify_peer_name]=false
  host ...
tls://host?stream[verify_peer]=1&stream[verify_peer_name]=on
  host ...
rediss+sentinel://host:26379/mymaster
  host ...
redis+sentinel://host:26379/mymaster?sentinel_tls=1
  host ...
redis+cluster://host:1,b:2?tls=1
  host ...
seed[]=tls://host:7000&seed[]=b:7001&auth=secret
  host ...
tcp://host,tls://b
  host ...
tls://host?stream[cafile]=ca.crt
  error: the parameter "stream[cafile]" has to be a path that starts with "/"
tls://host?stream[capath]=
  error: the parameter "stream[capath]" has to be a path that starts with "/"
tls://host?stream[peer_name]=
  error: the parameter "stream[peer_name]" has to be a name
tls://host?stream[verify_peer]=
  error: the parameter "stream[verify_peer]" has to be 0 or 1
tls://host?stream[verify_peer]=never
  error: the parameter "stream[verify_peer]" has to be 0 or 1
tls://host?stream[verify_peer]=0&stream[verify_peer]=1
  error: the parameter "stream[verify_peer]" is given twice
tls://host?stream[cafile]=/a&stream[cafile]=/b
  error: the parameter "stream[cafile]" is given twice
tls://host?stream[ciphers]=ALL
  error: unknown parameter (number 1); known here are auth, auth[], auth[user], auth[pass], database, weight, timeout, read_timeout, prefix, persistent, persistent_id, binding, stream[cafile], stream[capath], stream[local_cert], stream[local_pk], stream[peer_name], stream[verify_peer], stream[verify_peer_name], wait_replicas, wait_timeout
tls://host?stream[local_pk]=/d
  error: a key (stream[local_pk]) is given without its certificate
tcp://host?stream[cafile]=/a
  error: "stream[...]" is about TLS, which needs tls:// or rediss://
redis://host?stream[verify_peer]=0
  error: "stream[...]" is about TLS, which needs tls:// or rediss://
memcached://host?stream[cafile]=/a
  error: there is no parameter "stream[cafile]" for Memcached
tls://host?stream[cafile]=/a, tcp://other?stream[cafile]=/a
  error: "stream[...]" is about TLS, which needs tls:// or rediss://
redis+sentinel://host/name?stream[cafile]=/a
  error: "stream[...]" is about TLS, which needs tls:// or rediss://
redis+sentinel://host/name?tls=1&stream[cafile]=/a
  host ...
redis+sentinel://host/name?tls=1&sentinel_tls=0&stream[cafile]=/a
  host ...
redis+sentinel://host/name?sentinel_tls=1&stream[cafile]=/a
  host ...
rediss+sentinel://host/name?stream[cafile]=/a
  host ...
redis+cluster://host?stream[cafile]=/a
  error: "stream[...]" is about TLS, which needs tls:// or rediss://
rediss+cluster://host?stream[cafile]=/a
  host ...
