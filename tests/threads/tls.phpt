--TEST--
Threads: TLS
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/threads.inc';
require __DIR__ . '/../tls/tls.inc';

$ca = Certificate::authority();
$server = tls_redis(Certificate::server('DNS:localhost', $ca));
$threads = new Threads(SHARED, ['session.save_path' => tls_path($server->port, ['cafile' => $ca->file])]);
show_threads('TLS', $threads, fn () => redis_connections($server));
echo '  ', $server->call('GET', 'PHPREDIS_SESSION:shared'), "\n";
?>
--EXPECT--
TLS
  8000 times: written
  connections: 8
  n|i:8000;
