--TEST--
Memcached: several servers share the sessions as with php-memcached
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
require __DIR__ . '/php_memcached.inc';
skip_without_php_memcached();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';
require __DIR__ . '/php_memcached.inc';

const COUNT = 300;

/* Each handler adds its name to each session; if both find it on the same server, it has both names. */
$visit = 'for ($i = 0; $i < ' . COUNT . '; $i++) {
	session_id(md5("session $i"));
	session_start();
	$_SESSION["by"][] = ini_get("session.save_handler");
	session_write_close();
}';
$servers = [MemcachedServer::start(), MemcachedServer::start(), MemcachedServer::start()];
[$a, $b, $c] = array_map(fn ($server) => $server->savePath(), $servers);
/* name => [session.save_path, php-memcached's ketama] */
$lists = [
	'two servers' => ["$a,$b", 'ketama'],
	'three servers' => ["$c,$a,$b", 'ketama'],
	'weights' => ["$a:1,$b:9", 'ketama_weighted'],
	'equal weights' => ["$a:1,$b:1,$c:1", 'ketama_weighted'],
	'a weight for one of them' => ["$a:5,$b,$c", 'ketama_weighted'],
];
foreach ($lists as $name => [$path, $hash]) {
	foreach ($servers as $server) {
		$server->flush();
	}
	$ours = ['session.save_path' => $path] + php_memcached();
	$theirs = [
		'session.save_handler' => 'memcached',
		'memcached.sess_consistent_hash_type' => $hash,
		'memcached.sess_locking' => 0,
	] + $ours;
	echo Php::run($visit, $theirs), Php::run($visit, $ours), Php::run($visit, $theirs);
	$by = ['memcached', 'cfsession', 'memcached'];
	$same = $used = $locks = 0;
	foreach ($servers as $server) {
		$count = 0;
		for ($i = 0; $i < COUNT; $i++) {
			$value = $server->get('memc.sess.key.' . md5("session $i"));
			$count += $value !== null;
			$same += $value === 'by|' . serialize($by);
		}
		$used += $count > 0;
	}
	echo "$name: $same of ", COUNT, " sessions in the same place, $used servers used\n";
}

/* The lock is on the session's server, because both are requested together. */
foreach ($servers as $server) {
	$server->flush();
}
configure("$a,$b,$c", ['session.lazy_write' => '0']);
$apart = 0;
for ($i = 0; $i < 50; $i++) {
	$id = md5("session $i");
	in_session($id, fn () => $_SESSION = ['n' => 1]);
	in_session($id, function () use ($servers, $id, &$apart) {
		foreach ($servers as $server) {
			$apart += ($server->get("memc.sess.key.$id") === null) !== ($server->get("memc.sess.key.lock.$id") === null);
		}
	});
}
echo "locks elsewhere: $apart\n";
echo 'topology: ', cfsession_status()['topology'], "\n";
?>
--EXPECT--
two servers: 300 of 300 sessions in the same place, 2 servers used
three servers: 300 of 300 sessions in the same place, 3 servers used
weights: 300 of 300 sessions in the same place, 2 servers used
equal weights: 300 of 300 sessions in the same place, 3 servers used
a weight for one of them: 300 of 300 sessions in the same place, 3 servers used
locks elsewhere: 0
topology: ketama
