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

/* Our own files and parameters, before any server is asked. */
$text = dirname($ca->file) . '/text';
file_put_contents($text, 'no certificate');
$client = "stream[local_cert]=$certificate->file&stream[local_pk]=$text";
foreach (["stream[cafile]=$text", 'stream[cafile]=/nonexistent', 'stream[capath]=/nonexistent', $client, "$client&stream[passphrase]=wrong", 'stream[ciphers]=NOSUCH'] as $parameters) {
	$told = diagnosis(at("tls://127.0.0.1:$server->port?$parameters", LONG_TIMEOUT));
	$told['checks'] = with_words($told['checks'], [$text => 'TEXT']);
	show_diagnosis(strtr($parameters, [$text => 'TEXT', $certificate->file => 'FILE']), $told);
}
foreach (['rediss+cluster://127.0.0.1:%s', 'rediss+sentinel://127.0.0.1:%s/mymaster'] as $form) {
	$told = diagnosis(at(sprintf($form, $server->port) . '?stream[cafile]=/nonexistent', LONG_TIMEOUT));
	show_diagnosis(strtok($form, ':'), $told, 'reachable');
}

/** Replaces texts in the messages. */
function with_words(array $checks, array $replacements): array
{
	return array_map(fn ($check) => ['message' => strtr($check['message'], $replacements)] + $check, $checks);
}
?>
--EXPECT--
verified: ok, 0
of another name: failure, 1
  failure reachable: The certificate of the server at HOST:PORT is not for this address: connect under the name that it is for, or give that in stream[peer_name].
any name: warning, 0
  warning tls: Any server can pretend to be this one (stream[verify_peer]=0, stream[verify_peer_name]=0 or stream[allow_self_signed]=1). Name its authority with stream[cafile] instead.
anybody: warning, 0
  warning tls: Any server can pretend to be this one (stream[verify_peer]=0, stream[verify_peer_name]=0 or stream[allow_self_signed]=1). Name its authority with stream[cafile] instead.
stream[cafile]=TEXT: failure, 1
  failure reachable: stream[cafile] TEXT has no certificate in it. Correct it in session.save_path.
stream[cafile]=/nonexistent: failure, 1
  failure reachable: Cannot read stream[cafile] /nonexistent: No such file or directory. Correct the path in session.save_path, or let PHP's user read it.
stream[capath]=/nonexistent: failure, 1
  failure reachable: Cannot read stream[capath] /nonexistent: No such file or directory. Correct the path in session.save_path, or let PHP's user read it.
stream[local_cert]=FILE&stream[local_pk]=TEXT: failure, 1
  failure reachable: stream[local_pk] TEXT has no key in it that can be read without a password. Correct it in session.save_path.
stream[local_cert]=FILE&stream[local_pk]=TEXT&stream[passphrase]=wrong: failure, 1
  failure reachable: stream[local_pk] TEXT has no key in it that stream[passphrase] opens. Correct it in session.save_path.
stream[ciphers]=NOSUCH: failure, 1
  failure reachable: OpenSSL knows none of the ciphers in stream[ciphers]. Correct it in session.save_path.
rediss+cluster: failure, 1
  failure reachable: Cannot read stream[cafile] /nonexistent: No such file or directory. Correct the path in session.save_path, or let PHP's user read it.
rediss+sentinel: failure, 1
  failure reachable: Cannot read stream[cafile] /nonexistent: No such file or directory. Correct the path in session.save_path, or let PHP's user read it.
