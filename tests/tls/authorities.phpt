--TEST--
TLS: trusted authorities: a file, a directory, the system, the platform
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';

$ca = Certificate::authority();
$between = Certificate::authority('intermediate CA', $ca);
$other = Certificate::authority('other CA');
$certificate = Certificate::server('DNS:localhost', $between);
/* The server also sends the intermediate certificate. */
file_put_contents($certificate->file, file_get_contents($between->file), FILE_APPEND);
$server = tls_redis($certificate);

/** Makes a directory with these files, name => source. */
function directory(array $files): string
{
	$dir = temp_dir();
	foreach ($files as $name => $from) {
		copy($from, "$dir/$name");
	}
	return $dir;
}

$both = directory(['both.pem' => $ca->file]) . '/both.pem';
file_put_contents($both, "Some text\n" . file_get_contents($other->key) . file_get_contents($other->file) . file_get_contents($ca->file));
$broken = directory(['broken.crt' => $ca->key, 'empty.crt' => '/dev/null', 'ca.crt' => $ca->file]);

foreach ([
	'file' => ['cafile' => $ca->file],
	'file with several' => ['cafile' => $both],
	'hashed directory' => ['capath' => directory([$ca->hashedName() => $ca->file])],
	'plain directory, .crt' => ['capath' => directory(['our-ca.crt' => $ca->file, 'other.crt' => $other->file])],
	'plain directory, .pem' => ['capath' => directory(['our-ca.pem' => $ca->file])],
	'plain directory, some broken' => ['capath' => $broken],
	'file and directory' => ['cafile' => $other->file, 'capath' => directory(['ca.crt' => $ca->file])],
	'directory with another' => ['capath' => directory(['ca.crt' => $other->file])],
	'no such file' => ['cafile' => '/nonexistent/ca.crt'],
	'no such directory' => ['capath' => '/nonexistent/certs'],
	'file without a certificate' => ['cafile' => $ca->key],
] as $label => $stream) {
	attempt_at($label, tls_path($server->port, $stream));
}

/** Runs a request in a new process, with these environment variables. */
function request_with(string $label, array $env, array $stream = []): void
{
	global $server;

	$code = 'echo session_start() ? "started" : "refused", "\n";';
	$ini = ['session.save_path' => tls_path($server->port, $stream), 'cfsession.connect_timeout' => TIME_LIMIT, 'display_errors' => '0'];
	$output = Php::run($code, $ini, $env);
	echo "$label: $output";
}

$platform = directory(['trusted-ca-1.crt' => $other->file, 'trusted-ca-2.crt' => $ca->file]);
request_with('nothing said', []);
request_with('CF_SYSTEM_CERT_PATH', ['CF_SYSTEM_CERT_PATH' => $platform]);
request_with('CF_SYSTEM_CERT_PATH, only .crt', ['CF_SYSTEM_CERT_PATH' => directory(['ca.pem' => $ca->file])]);
request_with('CF_SYSTEM_CERT_PATH, some broken', ['CF_SYSTEM_CERT_PATH' => $broken]);
request_with('CF_SYSTEM_CERT_PATH does not exist', ['CF_SYSTEM_CERT_PATH' => '/nonexistent']);
request_with('CF_SYSTEM_CERT_PATH and the system', ['CF_SYSTEM_CERT_PATH' => '/nonexistent', 'SSL_CERT_FILE' => $ca->file]);
request_with('the system', ['SSL_CERT_FILE' => $ca->file]);
request_with('the system, but another is given', ['SSL_CERT_FILE' => $ca->file], ['cafile' => $other->file]);
request_with('CF_SYSTEM_CERT_PATH, but another is given', ['CF_SYSTEM_CERT_PATH' => $platform], ['cafile' => $other->file]);
?>
--EXPECT--
file: started
file with several: started
hashed directory: started
plain directory, .crt: started
plain directory, .pem: started
plain directory, some broken: started
file and directory: started
directory with another: refused
  session_start(): cfsession: cannot read the session: the certificate of the server at HOST:PORT is from an authority not known here: give the authority's certificate in stream[cafile]
no such file: refused
  session_start(): cfsession: cannot read the session: cannot read stream[cafile] /nonexistent/ca.crt: No such file or directory
no such directory: refused
  session_start(): cfsession: cannot read the session: cannot read stream[capath] /nonexistent/certs: No such file or directory
file without a certificate: refused
  session_start(): cfsession: cannot read the session: stream[cafile] DIR/key.pem has no certificate in it
nothing said: refused
CF_SYSTEM_CERT_PATH: started
CF_SYSTEM_CERT_PATH, only .crt: refused
CF_SYSTEM_CERT_PATH, some broken: started
CF_SYSTEM_CERT_PATH does not exist: refused
CF_SYSTEM_CERT_PATH and the system: started
the system: started
the system, but another is given: refused
CF_SYSTEM_CERT_PATH, but another is given: refused
