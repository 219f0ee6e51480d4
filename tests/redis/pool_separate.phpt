--TEST--
Redis: different targets never share a connection
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start(['bind' => ['127.0.0.1', '127.0.0.2']]);
$server->call('ACL', 'SETUSER', 'a', 'on', '>one', '>two', '~*', '+@all');
$server->call('ACL', 'SETUSER', 'b', 'on', '>one', '~*', '+@all');

$at = "127.0.0.1:{$server->port}";
$targets = [
	"tcp://$at",
	"tcp://$at?database=1",
	"tcp://$at?database=2",
	"redis://a:one@$at",
	"redis://a:two@$at",
	"redis://b:one@$at",
	"redis://b:one@$at/1",
	"tcp://$at?persistent_id=x",
	"tcp://$at?persistent_id=y",
	"tcp://$at?persistent_id=y&database=1",
	"tcp://127.0.0.2:{$server->port}",
	"unix://{$server->socket}",
];

/* Uses each target three times in turn; each writes its own number into a session with the same id. */
for ($round = 1; $round <= 3; $round++) {
	foreach ($targets as $number => $path) {
		configure($path . (str_contains($path, '?') ? '&' : '?') . "prefix=target$number:");
		in_session(ID, function () use ($number) {
			$_SESSION['numbers'][] = $number;
		});
	}
}
echo 'connects: ', counter('connects'), ' for ', count($targets), " targets\n";

$users = [];
foreach (explode("\n", trim($server->call('CLIENT', 'LIST'))) as $line) {
	if (preg_match('/ name=cfsession .*? db=(\d+) .* user=(\w+)/', $line, $match)) {
		$users[] = "$match[2] in database $match[1]";
	}
}
sort($users);
print_r(array_count_values($users));

foreach ([0, 1, 2] as $database) {
	$server->call('SELECT', $database);
	foreach ($server->keys() as $key) {
		echo "database $database: ", str_replace(ID, 'ID', $key), ' ', $server->call('GET', $key), "\n";
	}
}
?>
--EXPECT--
connects: 12 for 12 targets
Array
(
    [a in database 0] => 2
    [b in database 0] => 1
    [b in database 1] => 1
    [default in database 0] => 5
    [default in database 1] => 2
    [default in database 2] => 1
)
database 0: target0:ID numbers|a:3:{i:0;i:0;i:1;i:0;i:2;i:0;}
database 0: target10:ID numbers|a:3:{i:0;i:10;i:1;i:10;i:2;i:10;}
database 0: target11:ID numbers|a:3:{i:0;i:11;i:1;i:11;i:2;i:11;}
database 0: target3:ID numbers|a:3:{i:0;i:3;i:1;i:3;i:2;i:3;}
database 0: target4:ID numbers|a:3:{i:0;i:4;i:1;i:4;i:2;i:4;}
database 0: target5:ID numbers|a:3:{i:0;i:5;i:1;i:5;i:2;i:5;}
database 0: target7:ID numbers|a:3:{i:0;i:7;i:1;i:7;i:2;i:7;}
database 0: target8:ID numbers|a:3:{i:0;i:8;i:1;i:8;i:2;i:8;}
database 1: target1:ID numbers|a:3:{i:0;i:1;i:1;i:1;i:2;i:1;}
database 1: target6:ID numbers|a:3:{i:0;i:6;i:1;i:6;i:2;i:6;}
database 1: target9:ID numbers|a:3:{i:0;i:9;i:1;i:9;i:2;i:9;}
database 2: target2:ID numbers|a:3:{i:0;i:2;i:1;i:2;i:2;i:2;}
