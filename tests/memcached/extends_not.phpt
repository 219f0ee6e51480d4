--TEST--
Memcached: cfsession notices and remembers a server that cannot extend a session while reading it
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/fault.inc';

/* An old server, or a proxy: its answers to "mg" and "gats", and what follows. */
$replies = new TextReplies();
$touched = "TOUCHED\r\n";

/** Runs requests that change nothing, and prints the commands sent for each. */
function requests(string $label, ScriptedServer $server, int $count): void
{
	$seen = 0;
	echo "  $label\n";
	for ($i = 0; $i < $count; $i++) {
		[$connects, $trips] = [counter('connects'), counter('round_trips')];
		$started = false;
		$messages = warnings(function () use (&$started) {
			session_id(ID);
			$started = session_start();
		});
		$told = $started ? json_encode($_SESSION) : 'refused';
		$started && $messages = [...$messages, ...warnings(session_write_close(...))];
		$commands = array_map(fn ($entry) => $entry[1][0], $server->commands());
		echo "    $told: ", implode(' ', array_slice($commands, $seen)), ', +', counter('connects') - $connects, ' connects, +',
			counter('round_trips') - $trips, " round trips\n";
		show_warnings($messages);
		$seen = count($commands);
	}
}

foreach (['1', '0'] as $lock) {
	echo "cfsession.lock=$lock\n";
	$items = ($lock ? [LOCK_KEY => TOKEN] : []) + [KEY => 'n|i:5;'];
	$good = $replies->started($items);
	$plain = $replies->items($items);
	$all = fn (string $error) => str_repeat("$error\r\n", $lock ? 3 : 2);
	/* The server knows only one of "mg" and "gats". */
	$first = substr($good, 0, strpos($good, 'VALUE')) . "ERROR\r\n";
	$second = str_repeat("ERROR\r\n", $lock ? 2 : 1) . $replies->items([KEY => 'n|i:5;']);
	$always = fn (string|array $to_gats) => [['answers' => ['GATS' => $to_gats, 'GETS' => $plain, 'TOUCH' => $touched]]];
	configure('', ['cfsession.lock' => $lock, 'cfsession.timeout' => '2', 'cfsession.retry_interval' => '0']);

	requests('ERROR', serve($replies, $always($all('ERROR'))), 2);
	ini_set('cfsession.persistent', '0');
	requests('ERROR, on new connections', serve($replies, $always($all('ERROR'))), 2);
	ini_set('cfsession.persistent', '1');
	requests('ERROR to gats', serve($replies, $always($first)), 2);
	requests('ERROR to mg', serve($replies, $always($second)), 2);
	requests('CLIENT_ERROR', serve($replies, $always($all('CLIENT_ERROR unsupported'))), 2);
	/* The first such answer may have had another reason. */
	requests('SERVER_ERROR', serve($replies, $always($all('SERVER_ERROR unsupported'))), 3);
	requests('closes', serve($replies, $always(['close'])), 3);
	requests('says something and closes', serve($replies, $always(['send' => "CLIENT_ERROR unsupported\r\n", 'then' => 'close'])), 3);
	/* It has another reason if it says so, or answers everything in this way. */
	requests('out of memory, once', serve($replies, [$all('SERVER_ERROR out of memory')], ...array_fill(0, 2, $always($good))), 2);
	requests('SERVER_ERROR to everything', serve($replies, [['answers' => ['GATS' => $all('SERVER_ERROR it is Monday'), 'GETS' => "SERVER_ERROR it is Monday\r\n"]]]), 2);
	/* The server is known to extend sessions, so later errors have other reasons. */
	requests('SERVER_ERROR, later', serve($replies, [$good, $all('SERVER_ERROR it is Monday')], $always($good)), 3);
	requests('closes, later', serve($replies, [$good, ['close']], $always($good)), 3);
	requests('ERROR, later', serve($replies, [$good, $all('ERROR'), $plain, $touched, $plain, $touched]), 3);

	/* The answer comes in two pieces, or ends early, at each byte. */
	ini_set('cfsession.persistent', '0');
	$pieces = $cuts = [[$good]];
	for ($i = 1; $i < strlen($good); $i++) {
		/* The token cannot be split, because the server fills it in later. */
		if ($lock && $i > strpos($good, TOKEN) && $i < strpos($good, TOKEN) + strlen(TOKEN)) {
			continue;
		}
		$pieces[] = [['send' => substr($good, 0, $i), 'later' => substr($good, $i), 'pause' => 0.003]];
		$cuts[] = [['send' => substr($good, 0, $i), 'then' => 'close']];
		/* cfsession then probes the server, and releases the lock, which may have been taken. */
		array_push($cuts, ...array_fill(0, $lock ? 2 : 1, [['close']]));
	}
	foreach (['in pieces' => $pieces, 'cut' => $cuts] as $name => $connections) {
		$server = serve($replies, ...$connections);
		$outcomes = [];
		while ($server->connections() < count($connections)) {
			warnings(function () use (&$outcomes) {
				session_id(ID);
				$told = session_start() ? json_encode($_SESSION) : 'refused';
				$outcomes[$told] = ($outcomes[$told] ?? 0) + 1;
				session_status() === PHP_SESSION_ACTIVE && session_abort();
			});
		}
		echo "  $name: ", json_encode($outcomes), ' of ', count($pieces), "\n";
	}
}
?>
--EXPECT--
cfsession.lock=1
  ERROR
    {"n":5}: GATS GETS TOUCH, +1 connects, +3 round trips
    {"n":5}: GETS TOUCH, +0 connects, +2 round trips
  ERROR, on new connections
    {"n":5}: GATS GETS TOUCH, +1 connects, +3 round trips
    {"n":5}: GETS TOUCH, +1 connects, +2 round trips
  ERROR to gats
    {"n":5}: GATS GETS TOUCH, +1 connects, +3 round trips
    {"n":5}: GETS TOUCH, +0 connects, +2 round trips
  ERROR to mg
    {"n":5}: GATS GETS TOUCH, +1 connects, +3 round trips
    {"n":5}: GETS TOUCH, +0 connects, +2 round trips
  CLIENT_ERROR
    {"n":5}: GATS GETS TOUCH, +1 connects, +3 round trips
    {"n":5}: GETS TOUCH, +0 connects, +2 round trips
  SERVER_ERROR
    {"n":5}: GATS GETS TOUCH, +1 connects, +3 round trips
    {"n":5}: GATS GETS TOUCH, +0 connects, +3 round trips
    {"n":5}: GETS TOUCH, +0 connects, +2 round trips
  closes
    {"n":5}: GATS GETS TOUCH, +2 connects, +3 round trips
    {"n":5}: GATS GETS TOUCH, +1 connects, +3 round trips
    {"n":5}: GETS TOUCH, +0 connects, +2 round trips
  says something and closes
    {"n":5}: GATS GETS TOUCH, +2 connects, +3 round trips
    {"n":5}: GATS GETS TOUCH, +1 connects, +3 round trips
    {"n":5}: GETS TOUCH, +0 connects, +2 round trips
  out of memory, once
    refused: GATS GETS, +2 connects, +2 round trips
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is out of memory
    {"n":5}: GATS, +1 connects, +1 round trips
  SERVER_ERROR to everything
    refused: GATS GETS GETS, +2 connects, +3 round trips
  session_start(): cfsession: cannot read the session: the server at HOST:PORT reported an error of its own: it is Monday
    refused: GATS GETS GETS, +2 connects, +3 round trips
  session_start(): cfsession: cannot read the session: the server at HOST:PORT reported an error of its own: it is Monday
  SERVER_ERROR, later
    {"n":5}: GATS, +1 connects, +1 round trips
    {"n":5}: GATS GATS, +1 connects, +2 round trips
    {"n":5}: GATS, +0 connects, +1 round trips
  closes, later
    {"n":5}: GATS, +1 connects, +1 round trips
    {"n":5}: GATS GATS, +1 connects, +2 round trips
    {"n":5}: GATS, +0 connects, +1 round trips
  ERROR, later
    {"n":5}: GATS, +1 connects, +1 round trips
    {"n":5}: GATS GETS TOUCH, +0 connects, +3 round trips
    {"n":5}: GETS TOUCH, +0 connects, +2 round trips
  in pieces: {"{\"n\":5}":143} of 143
  cut: {"{\"n\":5}":1,"refused":142} of 143
cfsession.lock=0
  ERROR
    {"n":5}: GATS GETS TOUCH, +1 connects, +3 round trips
    {"n":5}: GETS TOUCH, +1 connects, +2 round trips
  ERROR, on new connections
    {"n":5}: GATS GETS TOUCH, +1 connects, +3 round trips
    {"n":5}: GETS TOUCH, +1 connects, +2 round trips
  ERROR to gats
    {"n":5}: GATS GETS TOUCH, +1 connects, +3 round trips
    {"n":5}: GETS TOUCH, +0 connects, +2 round trips
  ERROR to mg
    {"n":5}: GATS GETS TOUCH, +1 connects, +3 round trips
    {"n":5}: GETS TOUCH, +0 connects, +2 round trips
  CLIENT_ERROR
    {"n":5}: GATS GETS TOUCH, +1 connects, +3 round trips
    {"n":5}: GETS TOUCH, +0 connects, +2 round trips
  SERVER_ERROR
    {"n":5}: GATS GETS TOUCH, +1 connects, +3 round trips
    {"n":5}: GATS GETS TOUCH, +0 connects, +3 round trips
    {"n":5}: GETS TOUCH, +0 connects, +2 round trips
  closes
    {"n":5}: GATS GETS TOUCH, +2 connects, +3 round trips
    {"n":5}: GATS GETS TOUCH, +1 connects, +3 round trips
    {"n":5}: GETS TOUCH, +0 connects, +2 round trips
  says something and closes
    {"n":5}: GATS GETS TOUCH, +2 connects, +3 round trips
    {"n":5}: GATS GETS TOUCH, +1 connects, +3 round trips
    {"n":5}: GETS TOUCH, +0 connects, +2 round trips
  out of memory, once
    refused: GATS, +1 connects, +1 round trips
  session_start(): cfsession: cannot read the session: the server at HOST:PORT is out of memory
    {"n":5}: GATS, +1 connects, +1 round trips
  SERVER_ERROR to everything
    refused: GATS GETS, +1 connects, +2 round trips
  session_start(): cfsession: cannot read the session: the server at HOST:PORT reported an error of its own: it is Monday
    refused: GATS GETS, +1 connects, +2 round trips
  session_start(): cfsession: cannot read the session: the server at HOST:PORT reported an error of its own: it is Monday
  SERVER_ERROR, later
    {"n":5}: GATS, +1 connects, +1 round trips
    {"n":5}: GATS GATS, +1 connects, +2 round trips
    {"n":5}: GATS, +0 connects, +1 round trips
  closes, later
    {"n":5}: GATS, +1 connects, +1 round trips
    {"n":5}: GATS GATS, +1 connects, +2 round trips
    {"n":5}: GATS, +0 connects, +1 round trips
  ERROR, later
    {"n":5}: GATS, +1 connects, +1 round trips
    {"n":5}: GATS GETS TOUCH, +0 connects, +3 round trips
    {"n":5}: GETS TOUCH, +0 connects, +2 round trips
  in pieces: {"{\"n\":5}":77} of 77
  cut: {"{\"n\":5}":1,"refused":76} of 77
