--TEST--
TLS: a large session, also over a slow connection
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/tls.inc';

$ca = Certificate::authority();
foreach (['TLSv1.3', 'TLSv1.2'] as $version) {
	$server = tls_redis(Certificate::server('DNS:localhost', $ca), ['tls-protocols' => $version]);
	$proxy = Proxy::to($server->port, 'tls');
	foreach (['directly' => $server->port, 'through a proxy' => $proxy->port] as $label => $port) {
		foreach (['1', '0'] as $lock) {
			configure(tls_path($port, ['cafile' => $ca->file]), ['cfsession.lock' => $lock, 'cfsession.timeout' => '20']);
			$server->call('FLUSHALL');
			$value = str_repeat(random_bytes(1 << 10), 5 << 10);
			attempt("$version $label, lock=$lock, new", fn () => $_SESSION['value'] = $value);
			attempt('read', function () use ($value) {
				echo $_SESSION['value'] === $value ? "  the same\n" : "  DIFFERENT\n";
				$_SESSION['more'] = strrev($value);
			});
			attempt('and more', function () use ($value) {
				echo $_SESSION === ['value' => $value, 'more' => strrev($value)] ? "  the same\n" : "  DIFFERENT\n";
			});
		}
	}
}
echo 'connects: ', counter('connects'), ', errors: ', counter('errors'), "\n";
?>
--EXPECT--
TLSv1.3 directly, lock=1, new: started
  the same
read: started
  the same
and more: started
TLSv1.3 directly, lock=0, new: started
  the same
read: started
  the same
and more: started
TLSv1.3 through a proxy, lock=1, new: started
  the same
read: started
  the same
and more: started
TLSv1.3 through a proxy, lock=0, new: started
  the same
read: started
  the same
and more: started
TLSv1.2 directly, lock=1, new: started
  the same
read: started
  the same
and more: started
TLSv1.2 directly, lock=0, new: started
  the same
read: started
  the same
and more: started
TLSv1.2 through a proxy, lock=1, new: started
  the same
read: started
  the same
and more: started
TLSv1.2 through a proxy, lock=0, new: started
  the same
read: started
  the same
and more: started
connects: 4, errors: 0
