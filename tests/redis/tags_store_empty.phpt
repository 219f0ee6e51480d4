--TEST--
Redis: a new session that is empty and not stored (cfsession.store_empty=Off) keeps its tags under a new id
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/session.inc';
require __DIR__ . '/../support/redis.inc';

$server = RedisServer::start();
foreach (['1', '0', 'merge'] as $lock) {
	configure($server->savePath(), ['cfsession.lock' => $lock, 'cfsession.store_empty' => '0']);
	foreach ([true, false] as $deletes) {
		$user = "user $lock " . (int) $deletes;
		session_id('');
		session_start();
		cfsession_tag($user);
		session_regenerate_id($deletes);
		$_SESSION['n'] = 1;
		$id = session_id();
		session_write_close();
		$_SESSION = [];
		echo "cfsession.lock=$lock, ", $deletes ? 'deleting' : 'keeping', ' the old one: ', json_encode(array_keys(cfsession_tagged($user)) === [$id]), "\n";
	}
}
?>
--EXPECT--
cfsession.lock=1, deleting the old one: true
cfsession.lock=1, keeping the old one: true
cfsession.lock=0, deleting the old one: true
cfsession.lock=0, keeping the old one: true
cfsession.lock=merge, deleting the old one: true
cfsession.lock=merge, keeping the old one: true
