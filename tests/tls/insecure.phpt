--TEST--
TLS: missing verification is reported
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/client.inc';

const INFO = 'ob_start(); phpinfo(INFO_MODULES); $info = ob_get_clean();
	preg_match_all("/^(TLS|Servers|Server certificate|Error) => .*/m", $info, $lines); echo implode("\n", $lines[0]), "\n";';

foreach ([
	'tcp://host',
	'tls://host',
	'rediss://user:tr0ub4dor@host?stream[cafile]=/a.crt&stream[capath]=/certs&stream[local_cert]=/c.crt&stream[local_pk]=/c.key&stream[peer_name]=name',
	'tls://host?stream[verify_peer]=0',
	'tls://host?stream[verify_peer_name]=0',
	'tls://host?stream[verify_peer]=0&stream[verify_peer_name]=0',
] as $path) {
	echo "$path\n", Php::run(INFO, ['session.save_path' => $path]);
}
?>
--EXPECT--
tcp://host
TLS => yes
Servers => tcp://host:6379
tls://host
TLS => yes
Servers => tls://host:6379
Server certificate => verified
rediss://user:tr0ub4dor@host?stream[cafile]=/a.crt&stream[capath]=/certs&stream[local_cert]=/c.crt&stream[local_pk]=/c.key&stream[peer_name]=name
TLS => yes
Servers => tls://host:6379?auth[user]=user&auth[pass]=***&stream[peer_name]=name&stream[cafile]=/a.crt&stream[capath]=/certs&stream[local_cert]=/c.crt&stream[local_pk]=/c.key
Server certificate => verified
tls://host?stream[verify_peer]=0
TLS => yes
Servers => tls://host:6379?stream[verify_peer]=0
Server certificate => INSECURE: not verified (stream[verify_peer]=0)
tls://host?stream[verify_peer_name]=0
TLS => yes
Servers => tls://host:6379?stream[verify_peer_name]=0
Server certificate => INSECURE: the name is not verified (stream[verify_peer_name]=0)
tls://host?stream[verify_peer]=0&stream[verify_peer_name]=0
TLS => yes
Servers => tls://host:6379?stream[verify_peer]=0&stream[verify_peer_name]=0
Server certificate => INSECURE: not verified (stream[verify_peer]=0)
