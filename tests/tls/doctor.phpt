--TEST--
TLS: what the doctor says of it
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers have to do. */
require __DIR__ . '/../doctor/doctor.inc';
require __DIR__ . '/../support/redis.inc';
require __DIR__ . '/../support/certificates.inc';

/* The first use of OpenSSL in a process may take long. */
const PATIENT = ['cfsession.connect_timeout' => '10'];

$ca = Certificate::authority();
$certificate = Certificate::server('DNS:localhost', $ca);
$server = RedisServer::start(['tls-cert-file' => $certificate->file, 'tls-key-file' => $certificate->key, 'tls-auth-clients' => 'no',
	'requirepass' => PASSWORD, 'bind' => '0.0.0.0', 'protected-mode' => 'no', 'maxmemory' => '100mb', 'appendonly' => 'yes']);
/* An address of this machine that does not look like one. */
$path = "tls://0.0.0.0:$server->port?auth=" . PASSWORD . '&stream[cafile]=' . rawurlencode($ca->file);

show_diagnosis('verified', diagnosis(at("$path&stream[peer_name]=localhost", PATIENT)));
show_diagnosis('of another name', diagnosis(at($path, PATIENT)));
show_diagnosis('any name', diagnosis(at("$path&stream[verify_peer_name]=0", PATIENT)));
show_diagnosis('anybody', diagnosis(at("$path&stream[verify_peer]=0", PATIENT)));
?>
--EXPECT--
verified: ok, 0
of another name: failure, 1
  failure reachable: The certificate of the server at HOST:PORT is not for this address: connect by the name it is for, or give that in stream[peer_name].
any name: warning, 0
  warning tls: The server may be anybody (stream[verify_peer]=0 or stream[verify_peer_name]=0). Name its authority with stream[cafile] instead.
anybody: warning, 0
  warning tls: The server may be anybody (stream[verify_peer]=0 or stream[verify_peer_name]=0). Name its authority with stream[cafile] instead.
