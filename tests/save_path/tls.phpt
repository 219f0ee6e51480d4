--TEST--
session.save_path: TLS and its parameters, with and without TLS in the build
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
	'tls://host?stream[local_cert]=/c&stream[passphrase]=secret&stream[ciphers]=HIGH:!aNULL&stream[allow_self_signed]=1',
	'tls://host?stream[allow_self_signed]=0',
	'tls://host?stream[peer_fingerprint]=0123456789abcdefABCDEF0123456789ABCDEF01',
	'tls://host?stream[peer_fingerprint]=01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef',
	'tls://host?stream[peer_fingerprint][sha1]=0123456789abcdefABCDEF0123456789ABCDEF01',
	'tls://host?stream%5Bpeer_fingerprint%5D%5Bsha256%5D=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
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
	'tls://host?stream[ciphers]=',
	'tls://host?stream[allow_self_signed]=',
	'tls://host?stream[allow_self_signed]=perhaps',
	'tls://host?stream[peer_fingerprint]=',
	'tls://host?stream[peer_fingerprint]=0123456789abcdef0123456789abcdef',
	'tls://host?stream[peer_fingerprint]=0123456789abcdefABCDEF0123456789ABCDEFGH',
	'tls://host?stream[peer_fingerprint][md5]=0123456789abcdef0123456789abcdef',
	'tls://host?auth=secret&stream[verify_depth]=1',
	'rediss+sentinel://host/m?stream[SNI_enabled]=0',
	'memcached://host?stream[crypto_method]=1',
	'tls://host?stream[peer_fingerprint][sha1]=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
	'tls://host?stream[peer_fingerprint][sha256]=0123456789abcdefABCDEF0123456789ABCDEF01',
	'tls://host?stream[peer_fingerprint][sha1]=0123456789abcdefABCDEF0123456789ABCDEF01&stream[peer_fingerprint]=0123456789abcdefABCDEF0123456789ABCDEF01',
	'tls://host?stream[passphrase]=secret&Passw0rd=x',
	'tls://host?stream[passphrase]=secret&stream[passphrase]=other',
	'tcp://host?stream[passphrase]=secret',
	'tcp://host?stream[ciphers]=ALL',
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
tls://host?stream[local_cert]=/c&stream[passphrase]=secret&stream[ciphers]=HIGH:!aNULL&stream[allow_self_signed]=1
  host ...
tls://host?stream[allow_self_signed]=0
  host ...
tls://host?stream[peer_fingerprint]=0123456789abcdefABCDEF0123456789ABCDEF01
  host ...
tls://host?stream[peer_fingerprint]=01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef
  host ...
tls://host?stream[peer_fingerprint][sha1]=0123456789abcdefABCDEF0123456789ABCDEF01
  host ...
tls://host?stream%5Bpeer_fingerprint%5D%5Bsha256%5D=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
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
tls://host?stream[ciphers]=
  error: the parameter "stream[ciphers]" has to be a list of ciphers
tls://host?stream[allow_self_signed]=
  error: the parameter "stream[allow_self_signed]" has to be 0 or 1
tls://host?stream[allow_self_signed]=perhaps
  error: the parameter "stream[allow_self_signed]" has to be 0 or 1
tls://host?stream[peer_fingerprint]=
  error: the parameter "stream[peer_fingerprint]" has to be 64 (SHA-256) or 40 (SHA-1) hexadecimal digits
tls://host?stream[peer_fingerprint]=0123456789abcdef0123456789abcdef
  error: the parameter "stream[peer_fingerprint]" has to be 64 (SHA-256) or 40 (SHA-1) hexadecimal digits
tls://host?stream[peer_fingerprint]=0123456789abcdefABCDEF0123456789ABCDEFGH
  error: the parameter "stream[peer_fingerprint]" has to be 64 (SHA-256) or 40 (SHA-1) hexadecimal digits
tls://host?stream[peer_fingerprint][md5]=0123456789abcdef0123456789abcdef
  error: unknown parameter (number 1); of stream[...] known here are passphrase, cafile, capath, local_cert, local_pk, peer_name, verify_peer, verify_peer_name, allow_self_signed, peer_fingerprint, ciphers
tls://host?auth=secret&stream[verify_depth]=1
  error: unknown parameter (number 2); of stream[...] known here are passphrase, cafile, capath, local_cert, local_pk, peer_name, verify_peer, verify_peer_name, allow_self_signed, peer_fingerprint, ciphers
rediss+sentinel://host/m?stream[SNI_enabled]=0
  error: unknown parameter (number 1); of stream[...] known here are passphrase, cafile, capath, local_cert, local_pk, peer_name, verify_peer, verify_peer_name, allow_self_signed, peer_fingerprint, ciphers
memcached://host?stream[crypto_method]=1
  error: unknown parameter (number 1); known here are timeout, read_timeout, prefix, persistent, persistent_id, binding
tls://host?stream[peer_fingerprint][sha1]=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
  error: the parameter "stream[peer_fingerprint][sha1]" has to be 40 hexadecimal digits
tls://host?stream[peer_fingerprint][sha256]=0123456789abcdefABCDEF0123456789ABCDEF01
  error: the parameter "stream[peer_fingerprint][sha256]" has to be 64 hexadecimal digits
tls://host?stream[peer_fingerprint][sha1]=0123456789abcdefABCDEF0123456789ABCDEF01&stream[peer_fingerprint]=0123456789abcdefABCDEF0123456789ABCDEF01
  error: the parameter "stream[peer_fingerprint]" is given twice
tls://host?stream[passphrase]=secret&Passw0rd=x
  error: an unknown parameter follows what may be a password (write "&" in it as %26, and in a URL "?" as %3F)
tls://host?stream[passphrase]=secret&stream[passphrase]=other
  error: the parameter "stream[passphrase]" is given twice
tcp://host?stream[passphrase]=secret
  error: "stream[...]" configures TLS, which needs tls:// or rediss://
tcp://host?stream[ciphers]=ALL
  error: "stream[...]" configures TLS, which needs tls:// or rediss://
tls://host?stream[local_pk]=/d
  error: a key (stream[local_pk]) is given without its certificate
tcp://host?stream[cafile]=/a
  error: "stream[...]" configures TLS, which needs tls:// or rediss://
redis://host?stream[verify_peer]=0
  error: "stream[...]" configures TLS, which needs tls:// or rediss://
memcached://host?stream[cafile]=/a
  error: there is no parameter "stream[cafile]" for Memcached
tls://host?stream[cafile]=/a, tcp://other?stream[cafile]=/a
  error: "stream[...]" configures TLS, which needs tls:// or rediss://
redis+sentinel://host/name?stream[cafile]=/a
  error: "stream[...]" configures TLS, which needs tls:// or rediss://
redis+sentinel://host/name?tls=1&stream[cafile]=/a
  host ...
redis+sentinel://host/name?tls=1&sentinel_tls=0&stream[cafile]=/a
  host ...
redis+sentinel://host/name?sentinel_tls=1&stream[cafile]=/a
  host ...
rediss+sentinel://host/name?stream[cafile]=/a
  host ...
redis+cluster://host?stream[cafile]=/a
  error: "stream[...]" configures TLS, which needs tls:// or rediss://
rediss+cluster://host?stream[cafile]=/a
  host ...
