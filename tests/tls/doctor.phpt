--TEST--
TLS: the doctor's checks
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../doctor/doctor.inc';
require __DIR__ . '/../support/redis.inc';
require __DIR__ . '/../support/certificates.inc';

/* OpenSSL's first use in a process may take long. */
const LONG_TIMEOUT = ['cfsession.connect_timeout' => '10'];

$ca = Certificate::authority();
$certificate = Certificate::server('DNS:localhost', $ca);
$server = RedisServer::start(['tls-cert-file' => $certificate->file, 'tls-key-file' => $certificate->key, 'tls-auth-clients' => 'no',
	'requirepass' => PASSWORD, 'bind' => '0.0.0.0', 'protected-mode' => 'no', 'maxmemory' => '100mb', 'appendonly' => 'yes']);
/* An address of this machine that does not look local. */
$path = "tls://0.0.0.0:$server->port?auth=" . PASSWORD . '&stream[cafile]=' . rawurlencode($ca->file);

show_diagnosis('verified', diagnosis(at("$path&stream[peer_name]=localhost", LONG_TIMEOUT)));
show_diagnosis('of another name', diagnosis(at($path, LONG_TIMEOUT)));
show_diagnosis('any name', diagnosis(at("$path&stream[verify_peer_name]=0", LONG_TIMEOUT)));
show_diagnosis('anybody', diagnosis(at("$path&stream[verify_peer]=0", LONG_TIMEOUT)));
?>
--EXPECT--
verified: ok, 0
of another name: failure, 1
  failure reachable: The certificate of the server at HOST:PORT is not for this address: connect under the name that it is for, or give that in stream[peer_name].
any name: warning, 0
  warning tls: Any server can pretend to be this one (stream[verify_peer]=0, stream[verify_peer_name]=0 or stream[allow_self_signed]=1). Name its authority with stream[cafile] instead.
anybody: warning, 0
  warning tls: Any server can pretend to be this one (stream[verify_peer]=0, stream[verify_peer_name]=0 or stream[allow_self_signed]=1). Name its authority with stream[cafile] instead.
