--TEST--
Redis: credentials and databases in each form of session.save_path
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start(['requirepass' => 'of-default']);
$server->call('ACL', 'SETUSER', 'app', 'on', '>of-app', '~*', '+@all');
$at = "127.0.0.1:{$server->port}";
$socket = $server->socket;

$forms = [
	"tcp://$at?auth=of-default",
	"tcp://$at?auth[]=of-default",
	"tcp://$at?auth[pass]=of-default",
	"tcp://$at?auth%5Bpass%5D=of-default",
	"tcp://$at?auth[]=app&auth[]=of-app",
	"tcp://$at?auth%5B%5D=app&auth%5B%5D=of-app",
	"tcp://$at?auth[user]=app&auth[pass]=of-app",
	"tcp://$at?auth[pass]=of-app&auth[user]=app&database=4",
	"tcp://$at?auth=of%2Ddefault&database=1",
	"redis://default:of-default@$at",
	"redis://app:of-app@$at",
	"redis://app:of%2Dapp@$at/2",
	"redis://:of-default@$at",
	"redis://:of-default@$at/",
	"redis://:of-default@$at/3",
	"redis://of-default@$at",
	"redis://$at/5?auth=of-default",
	"valkey://app:of-app@$at/6",
	"unix://$socket?auth=of-default",
	"unix:$socket?auth=of-default&database=7",
];
configure('');
foreach ($forms as $form) {
	foreach (['1', '0'] as $lock) {
		$server->call('FLUSHALL');
		configure($form, ['cfsession.lock' => $lock]);
		$user = null;
		$messages = warnings(function () use ($server, &$user): void {
			in_session(ID, function () use ($server, &$user) {
				$_SESSION['n'] = 1;
				/* All other connections are closed. */
				preg_match('/ name=cfsession .* user=(\w+)/', $server->call('CLIENT', 'LIST'), $match);
				$user = $match[1] ?? 'nobody';
			});
		});
		preg_match('/^db(\d+):/m', $server->call('INFO', 'keyspace'), $database);
		$shown = str_replace([$at, $socket], ['HOST:PORT', 'SOCKET'], $form);
		$result = [$user ?? 'not started', $database[1] ?? 'none', ...$messages];
		if ($lock === '1') {
			$first = $result;
			printf("%-60s %s, database %s%s\n", $shown, $result[0], $result[1], implode("\n  ", ['', ...$messages]));
		} elseif ($result !== $first) {
			echo '  without lock: ', implode(' ', $result), "\n";
		}
		$server->call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
	}
}
?>
--EXPECT--
tcp://HOST:PORT?auth=of-default                              default, database 0
tcp://HOST:PORT?auth[]=of-default                            default, database 0
tcp://HOST:PORT?auth[pass]=of-default                        default, database 0
tcp://HOST:PORT?auth%5Bpass%5D=of-default                    default, database 0
tcp://HOST:PORT?auth[]=app&auth[]=of-app                     app, database 0
tcp://HOST:PORT?auth%5B%5D=app&auth%5B%5D=of-app             app, database 0
tcp://HOST:PORT?auth[user]=app&auth[pass]=of-app             app, database 0
tcp://HOST:PORT?auth[pass]=of-app&auth[user]=app&database=4  app, database 4
tcp://HOST:PORT?auth=of%2Ddefault&database=1                 default, database 1
redis://default:of-default@HOST:PORT                         default, database 0
redis://app:of-app@HOST:PORT                                 app, database 0
redis://app:of%2Dapp@HOST:PORT/2                             app, database 2
redis://:of-default@HOST:PORT                                default, database 0
redis://:of-default@HOST:PORT/                               default, database 0
redis://:of-default@HOST:PORT/3                              default, database 3
redis://of-default@HOST:PORT                                 default, database 0
redis://HOST:PORT/5?auth=of-default                          default, database 5
valkey://app:of-app@HOST:PORT/6                              app, database 6
unix://SOCKET?auth=of-default                                default, database 0
unix:SOCKET?auth=of-default&database=7                       default, database 7
