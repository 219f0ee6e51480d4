--TEST--
Settings: defaults, and where each may be changed
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
foreach (ini_get_all('cfsession') as $name => $setting) {
	$access = [INI_ALL => 'anywhere', INI_SYSTEM => 'php.ini'][$setting['access']];
	printf("%s = \"%s\", %s\n", $name, $setting['global_value'], $access);
}
?>
--EXPECT--
cfsession.auto_configure = "1", php.ini
cfsession.compression = "none", anywhere
cfsession.compression_level = "0", anywhere
cfsession.compression_threshold = "2048", anywhere
cfsession.connect_timeout = "1.0", anywhere
cfsession.failover_wait = "0", anywhere
cfsession.first_lifetime = "0", anywhere
cfsession.lock = "1", anywhere
cfsession.lock_failure = "fail", anywhere
cfsession.lock_lease = "5.0", anywhere
cfsession.lock_ttl = "0", anywhere
cfsession.lock_wait = "10.0", anywhere
cfsession.lock_waiters = "0", anywhere
cfsession.memcached_service = "", php.ini
cfsession.options_file = "", php.ini
cfsession.persistent = "1", anywhere
cfsession.prefix = "", anywhere
cfsession.redis_service = "", php.ini
cfsession.retry_interval = "1.0", anywhere
cfsession.sasl_password = "", anywhere
cfsession.sasl_username = "", anywhere
cfsession.service = "", php.ini
cfsession.store_empty = "1", anywhere
cfsession.timeout = "2.0", anywhere
