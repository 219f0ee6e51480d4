--TEST--
session.save_path: several Redis servers, sentinels, clusters
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/parse.inc';

/** Prints each server's save path, and the servers in phpinfo(). */
function show_targets(array $paths): void
{
	foreach ($paths as $path) {
		echo addcslashes($path, "\0..\37"), "\n";
		ini_set('session.save_path', $path);
		$status = cfsession_status();
		echo "  {$status['topology']}", $status['master_name'] === null ? '' : " of {$status['master_name']}", " {$status['prefix']}\n";
		foreach ($status['servers'] as $server) {
			unset($server['tls']);
			echo '    ', json_encode($server), "\n";
		}
		$status['error'] === null or print("    error: {$status['error']}\n");
		ob_start();
		phpinfo(INFO_MODULES);
		$info = ob_get_clean();
		preg_match('/^Servers => (.*)$/m', $info, $described);
		echo '  ', $described[1], preg_match('/secret|cret@|dog/', $info) ? ' and a password is shown' : '', "\n";
	}
}

show_targets([
	'tcp://a:1,tcp://b:2',
	" tcp://a:1?weight=2 \t\r\n redis://user:secret@b/3?prefix=b:&weight=3,unix:///tmp/c.sock?timeout=0.5,",
	'tcp://a?wait_replicas=2&wait_timeout=300',
	'redis+sentinel://a/mymaster',
	'redis+sentinel://user:se%2Fcret@a,b:1,[::1]:26380/my-master.1_x/2?prefix=p:&timeout=0.5&sentinel_username=watch&sentinel_password=dog&wait_replicas=1',
	'redis+sentinel://:secret@a/m?database=3&sentinel_password=dog',
	'redis+cluster://a',
	'redis+cluster://:secret@a:7000,b:7001,[2001:db8::7]:7002?prefix={tag}:&read_timeout=2',
	'seed[]=a:7000&seed[]=b:7001&auth=secret&timeout=2&read_timeout=2&failover=error&persistent=1',
	'timeout=2&seed%5B0%5D=a%3A7000&seed%5B1%5D=b:7001&auth[]=user&auth[]=secret&prefix=x:',
]);
?>
--EXPECT--
tcp://a:1,tcp://b:2
  weighted PHPREDIS_SESSION:
    {"host":"a","port":1,"username":null,"password":false,"database":0,"weight":1}
    {"host":"b","port":2,"username":null,"password":false,"database":0,"weight":1}
  tcp://a:1, tcp://b:2
 tcp://a:1?weight=2 \t\r\n redis://user:secret@b/3?prefix=b:&weight=3,unix:///tmp/c.sock?timeout=0.5,
  weighted PHPREDIS_SESSION:
    {"host":"a","port":1,"username":null,"password":false,"database":0,"weight":2}
    {"host":"b","port":6379,"username":"user","password":true,"database":3,"weight":3}
    {"host":"\/tmp\/c.sock","port":0,"username":null,"password":false,"database":0,"weight":1}
  tcp://a:1?weight=2, tcp://b:6379?auth[user]=user&auth[pass]=***&database=3&prefix=b:&weight=3, unix:///tmp/c.sock?timeout=0.5
tcp://a?wait_replicas=2&wait_timeout=300
  single PHPREDIS_SESSION:
    {"host":"a","port":6379,"username":null,"password":false,"database":0,"weight":1}
  tcp://a:6379?wait_replicas=2&wait_timeout=300
redis+sentinel://a/mymaster
  sentinel of mymaster PHPREDIS_SESSION:
    {"host":"a","port":26379,"username":null,"password":false,"database":0,"weight":1}
  redis+sentinel://a:26379/mymaster
redis+sentinel://user:se%2Fcret@a,b:1,[::1]:26380/my-master.1_x/2?prefix=p:&timeout=0.5&sentinel_username=watch&sentinel_password=dog&wait_replicas=1
  sentinel of my-master.1_x p:
    {"host":"a","port":26379,"username":"watch","password":true,"database":0,"weight":1}
    {"host":"b","port":1,"username":"watch","password":true,"database":0,"weight":1}
    {"host":"::1","port":26380,"username":"watch","password":true,"database":0,"weight":1}
  redis+sentinel://a:26379,b:1,[::1]:26380/my-master.1_x?auth[user]=user&auth[pass]=***&database=2&prefix=p:&timeout=0.5&sentinel_username=watch&sentinel_password=***&wait_replicas=1
redis+sentinel://:secret@a/m?database=3&sentinel_password=dog
  sentinel of m PHPREDIS_SESSION:
    {"host":"a","port":26379,"username":null,"password":true,"database":0,"weight":1}
  redis+sentinel://a:26379/m?auth=***&database=3&sentinel_password=***
redis+cluster://a
  cluster PHPREDIS_CLUSTER_SESSION:
    {"host":"a","port":6379,"username":null,"password":false,"database":0,"weight":1}
  redis+cluster://a:6379
redis+cluster://:secret@a:7000,b:7001,[2001:db8::7]:7002?prefix={tag}:&read_timeout=2
  cluster {tag}:
    {"host":"a","port":7000,"username":null,"password":true,"database":0,"weight":1}
    {"host":"b","port":7001,"username":null,"password":true,"database":0,"weight":1}
    {"host":"2001:db8::7","port":7002,"username":null,"password":true,"database":0,"weight":1}
  redis+cluster://a:7000,b:7001,[2001:db8::7]:7002?auth=***&prefix={tag}:&read_timeout=2
seed[]=a:7000&seed[]=b:7001&auth=secret&timeout=2&read_timeout=2&failover=error&persistent=1
  cluster PHPREDIS_CLUSTER_SESSION:
    {"host":"a","port":7000,"username":null,"password":true,"database":0,"weight":1}
    {"host":"b","port":7001,"username":null,"password":true,"database":0,"weight":1}
  redis+cluster://a:7000,b:7001?auth=***&timeout=2&read_timeout=2&persistent=1
timeout=2&seed%5B0%5D=a%3A7000&seed%5B1%5D=b:7001&auth[]=user&auth[]=secret&prefix=x:
  cluster x:
    {"host":"a","port":7000,"username":"user","password":true,"database":0,"weight":1}
    {"host":"b","port":7001,"username":"user","password":true,"database":0,"weight":1}
  redis+cluster://a:7000,b:7001?auth[user]=user&auth[pass]=***&prefix=x:&timeout=2
