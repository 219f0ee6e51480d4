--TEST--
TLS: each form of a save path leads to the server, with login and database
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';

$ca = Certificate::authority();
$server = tls_redis(Certificate::server('DNS:localhost', $ca), ['user' => ['app', 'on', '>of-app', '~*', '+@all']]);
$server->call('ACL', 'SETUSER', 'default', '>secret');
$file = 'stream[cafile]=' . rawurlencode($ca->file);
$at = "localhost:{$server->port}";

foreach ([
	"tls://$at?auth=secret&$file",
	"ssl://$at/?auth=secret&database=2&$file",
	"rediss://:secret@$at/3?$file",
	"valkeys://app:of-app@$at/4?" . strtr($file, ['[' => '%5B', ']' => '%5D']),
	"TLS://$at?auth[user]=app&auth[pass]=of-app&$file&stream[verify_peer]=1&stream[verify_peer_name]=yes",
] as $number => $path) {
	attempt_at(strtolower(strtok($path, ':')), $path, fn () => $_SESSION['number'] = $number);
	[$status] = cfsession_status(true)['servers'];
	echo '  ', json_encode(['tls' => $status['tls'], 'reachable' => $status['reachable'], 'database' => $status['database'],
		'username' => $status['username'], 'error' => $status['error']]), "\n";
	$server->call('SELECT', $status['database']);
	echo '  ', $server->call('GET', KEY), "\n";
	$server->call('SELECT', 0);
}
attempt_at('wrong password', "tls://$at?auth=wrong-password&$file");
attempt_at('wrong database', "tls://$at?auth=secret&database=99&$file");
?>
--EXPECT--
tls: started
  {"tls":true,"reachable":true,"database":0,"username":null,"error":null}
  number|i:0;
ssl: started
  {"tls":true,"reachable":true,"database":2,"username":null,"error":null}
  number|i:1;
rediss: started
  {"tls":true,"reachable":true,"database":3,"username":null,"error":null}
  number|i:2;
valkeys: started
  {"tls":true,"reachable":true,"database":4,"username":"app","error":null}
  number|i:3;
tls: started
  {"tls":true,"reachable":true,"database":0,"username":"app","error":null}
  number|i:4;
wrong password: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials in session.save_path
wrong database: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused database 99: "ERR DB index is out of range"; check the database in session.save_path
