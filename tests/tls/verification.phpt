--TEST--
TLS: the server must be the requested one
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';

$ca = Certificate::authority();
$other = Certificate::authority('other CA');
$named = Certificate::server('DNS:localhost,DNS:*.example.net', $ca);
$by_name = tls_redis($named);
$by_address = tls_redis(Certificate::server('IP:127.0.0.1,DNS:redis.example.net', $ca));
$expired = tls_redis(Certificate::server('DNS:localhost', $ca, 0));
$own = Certificate::server('DNS:localhost', null);
$self_signed = tls_redis($own);

$known = ['cafile' => $ca->file];
foreach ([
	'by name' => tls_path($by_name->port, $known),
	'peer_name, with the dot at its end' => tls_path($by_name->port, $known + ['peer_name' => 'localhost.']),
	'by address' => tls_path($by_address->port, $known, '127.0.0.1'),
	'by address, for a name' => tls_path($by_name->port, $known, '127.0.0.1'),
	'by name, for an address' => tls_path($by_address->port, $known),
	'by address, peer_name' => tls_path($by_name->port, $known + ['peer_name' => 'localhost'], '127.0.0.1'),
	'peer_name, wildcard' => tls_path($by_name->port, $known + ['peer_name' => 'redis.example.net']),
	'peer_name, wildcard does not reach so far' => tls_path($by_name->port, $known + ['peer_name' => 'a.b.example.net']),
	'peer_name, an address' => tls_path($by_address->port, $known + ['peer_name' => '127.0.0.1']),
	'another peer_name' => tls_path($by_name->port, $known + ['peer_name' => 'another.example.com']),
	'peer_name, only its end' => tls_path($by_name->port, $known + ['peer_name' => '.example.net']),
	'peer_name, only a dot' => tls_path($by_name->port, $known + ['peer_name' => '.']),
	'peer_name, much too long' => tls_path($by_name->port, $known + ['peer_name' => 'localhost' . str_repeat('.', 300)]),
	'expired' => tls_path($expired->port, $known),
	'unknown CA' => tls_path($by_name->port, ['cafile' => $other->file]),
	'unknown CA, the system\'s are known' => tls_path($by_name->port),
	'self-signed' => tls_path($self_signed->port, $known),
	'self-signed, given' => tls_path($self_signed->port, ['cafile' => $own->file]),
	'the certificate itself given, without its CA' => tls_path($by_name->port, ['cafile' => $named->file]),
	'verify_peer_name=0, other name' => tls_path($by_name->port, $known + ['verify_peer_name' => 0], '127.0.0.1'),
	'verify_peer_name=0, unknown CA' => tls_path($by_name->port, ['cafile' => $other->file, 'verify_peer_name' => 0]),
	'verify_peer=0, expired' => tls_path($expired->port, ['verify_peer' => 0]),
	'verify_peer=0, other name and unknown CA' => tls_path($by_name->port, ['verify_peer' => 0], '127.0.0.1'),
	/* A connection made without verification is not used with it. */
	'and verified again' => tls_path($by_name->port, [], '127.0.0.1'),
] as $label => $path) {
	attempt_at($label, $path);
}

/* A resumed TLS session is not verified again, so only one with the same checks may be resumed. */
ini_set('cfsession.persistent', '1');
foreach ([['verify_peer' => 0], $known, ['verify_peer' => 0], ['cafile' => $other->file]] as $stream) {
	configure(tls_path($by_name->port, $stream));
	attempt('kept connection, ' . key($stream));
}
?>
--EXPECT--
by name: started
peer_name, with the dot at its end: started
by address: started
by address, for a name: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT is not for this address: connect under the name that it is for, or give that in stream[peer_name]
by name, for an address: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT is for another name: connect under the name that it is for, or give that in stream[peer_name]
by address, peer_name: started
peer_name, wildcard: started
peer_name, wildcard does not reach so far: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT is for another name: connect under the name that it is for, or give that in stream[peer_name]
peer_name, an address: started
another peer_name: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT is for another name: connect under the name that it is for, or give that in stream[peer_name]
peer_name, only its end: refused
  session_start(): cfsession: cannot read the session: TLS with the server at HOST:PORT cannot start: the name is not a valid host name
peer_name, only a dot: refused
  session_start(): cfsession: cannot read the session: TLS with the server at HOST:PORT cannot start: the name is not a valid host name
peer_name, much too long: refused
  session_start(): cfsession: cannot read the session: TLS with the server at HOST:PORT cannot start: the name is not a valid host name
expired: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT has expired: renew it at the server
unknown CA: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
unknown CA, the system's are known: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
self-signed: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT is self-signed and not known here: give it in stream[cafile]
self-signed, given: started
the certificate itself given, without its CA: started
verify_peer_name=0, other name: started
verify_peer_name=0, unknown CA: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
verify_peer=0, expired: started
verify_peer=0, other name and unknown CA: started
and verified again: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
kept connection, verify_peer: started
kept connection, cafile: started
kept connection, verify_peer: started
kept connection, cafile: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
