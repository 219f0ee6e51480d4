--TEST--
Redis: cfsession.lock=merge merges the contents of compressed sessions, and compares the stored bytes
--SKIPIF--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/skipif.inc';
require __DIR__ . '/../support/compression.inc';
skip_without_compression();
?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../support/compression.inc';
require __DIR__ . '/../support/merging.inc';

configure($store->savePath(), ['cfsession.lock' => 'merge']);
$text = str_repeat('text ', 1000);
$names = ['none', 'zstd', 'lz4'];
$others = array_combine($names, array_map(fn ($name) => new Other($store, ['cfsession.compression' => $name]), $names));
$show = function () use ($store): void {
	$kind = preg_replace('/ of .*/', '', kind($store->value('s')));
	session_id('s');
	session_start(['read_and_close' => true]);
	show('  stored', $kind . ' ' . json_encode(array_map(fn ($value) => is_string($value) ? strlen($value) : $value, $_SESSION)));
};

foreach ($names as $ours) {
	foreach ($others as $theirs => $other) {
		echo "-- ours $ours, theirs $theirs\n";
		ini_set('cfsession.compression', $ours);
		$store->put('s', $ours === 'lz4' ? lz4("text|s:5000:\"$text\";list|a:1:{i:0;i:0;}") : zstd("text|s:5000:\"$text\";list|a:1:{i:0;i:0;}"));
		session_id('s');
		session_start();
		$other->change('$_SESSION["theirs"] = 1; $_SESSION["list"][] = 2');
		$_SESSION['ours'] = 1;
		$_SESSION['list'][] = 1;
		close_merging('both changed it');
		$show();

		session_start();
		$other->change('$_SESSION["text"] .= "!"');
		close_merging('the other one did');
		$show();

		session_start();
		$_SESSION['ours'] = 2;
		close_merging('we did');
		$show();

		session_start();
		$other->do('session_id("s"); session_start(); session_destroy();');
		$_SESSION['ours'] = 3;
		close_merging('it was destroyed');
		show('  stored', kind($store->value('s')));
		$store->server->call('FLUSHDB');
	}
}

echo "-- the same text, stored anew in other bytes\n";
ini_set('cfsession.compression', 'zstd');
$store->put('s', "text|s:5000:\"$text\";");
session_id('s');
session_start();
$store->put('s', lz4("text|s:5000:\"$text\";"));
$_SESSION['ours'] = 1;
close_merging('merged with itself');
$show();

echo "-- a new one that two make\n";
$store->server->call('FLUSHDB');
session_id('s');
session_start();
$others['lz4']->change('$_SESSION["theirs"] = str_repeat("x", 5000)');
$_SESSION['ours'] = str_repeat('y', 3000);
close_merging('both wrote it');
$show();
show('left behind', $store->leftovers());
?>
--EXPECT--
-- ours none, theirs none
both changed it: merged
  stored: text {"text":5000,"list":[0,2,1],"ours":1,"theirs":1}
the other one did: written
  stored: text {"text":5001,"list":[0,2,1],"ours":1,"theirs":1}
we did: written
  stored: text {"text":5001,"list":[0,2,1],"ours":2,"theirs":1}
it was destroyed: refused: it was destroyed or has expired since it was read; nothing was written
  stored: not there
-- ours none, theirs zstd
both changed it: merged
  stored: text {"text":5000,"list":[0,2,1],"ours":1,"theirs":1}
the other one did: written
  stored: zstd {"text":5001,"list":[0,2,1],"ours":1,"theirs":1}
we did: written
  stored: text {"text":5001,"list":[0,2,1],"ours":2,"theirs":1}
it was destroyed: refused: it was destroyed or has expired since it was read; nothing was written
  stored: not there
-- ours none, theirs lz4
both changed it: merged
  stored: text {"text":5000,"list":[0,2,1],"ours":1,"theirs":1}
the other one did: written
  stored: lz4 {"text":5001,"list":[0,2,1],"ours":1,"theirs":1}
we did: written
  stored: text {"text":5001,"list":[0,2,1],"ours":2,"theirs":1}
it was destroyed: refused: it was destroyed or has expired since it was read; nothing was written
  stored: not there
-- ours zstd, theirs none
both changed it: merged
  stored: zstd {"text":5000,"list":[0,2,1],"ours":1,"theirs":1}
the other one did: written
  stored: text {"text":5001,"list":[0,2,1],"ours":1,"theirs":1}
we did: written
  stored: zstd {"text":5001,"list":[0,2,1],"ours":2,"theirs":1}
it was destroyed: refused: it was destroyed or has expired since it was read; nothing was written
  stored: not there
-- ours zstd, theirs zstd
both changed it: merged
  stored: zstd {"text":5000,"list":[0,2,1],"ours":1,"theirs":1}
the other one did: written
  stored: zstd {"text":5001,"list":[0,2,1],"ours":1,"theirs":1}
we did: written
  stored: zstd {"text":5001,"list":[0,2,1],"ours":2,"theirs":1}
it was destroyed: refused: it was destroyed or has expired since it was read; nothing was written
  stored: not there
-- ours zstd, theirs lz4
both changed it: merged
  stored: zstd {"text":5000,"list":[0,2,1],"ours":1,"theirs":1}
the other one did: written
  stored: lz4 {"text":5001,"list":[0,2,1],"ours":1,"theirs":1}
we did: written
  stored: zstd {"text":5001,"list":[0,2,1],"ours":2,"theirs":1}
it was destroyed: refused: it was destroyed or has expired since it was read; nothing was written
  stored: not there
-- ours lz4, theirs none
both changed it: merged
  stored: lz4 {"text":5000,"list":[0,2,1],"ours":1,"theirs":1}
the other one did: written
  stored: text {"text":5001,"list":[0,2,1],"ours":1,"theirs":1}
we did: written
  stored: lz4 {"text":5001,"list":[0,2,1],"ours":2,"theirs":1}
it was destroyed: refused: it was destroyed or has expired since it was read; nothing was written
  stored: not there
-- ours lz4, theirs zstd
both changed it: merged
  stored: lz4 {"text":5000,"list":[0,2,1],"ours":1,"theirs":1}
the other one did: written
  stored: zstd {"text":5001,"list":[0,2,1],"ours":1,"theirs":1}
we did: written
  stored: lz4 {"text":5001,"list":[0,2,1],"ours":2,"theirs":1}
it was destroyed: refused: it was destroyed or has expired since it was read; nothing was written
  stored: not there
-- ours lz4, theirs lz4
both changed it: merged
  stored: lz4 {"text":5000,"list":[0,2,1],"ours":1,"theirs":1}
the other one did: written
  stored: lz4 {"text":5001,"list":[0,2,1],"ours":1,"theirs":1}
we did: written
  stored: lz4 {"text":5001,"list":[0,2,1],"ours":2,"theirs":1}
it was destroyed: refused: it was destroyed or has expired since it was read; nothing was written
  stored: not there
-- the same text, stored anew in other bytes
merged with itself: written
  stored: zstd {"text":5000,"ours":1}
-- a new one that two make
both wrote it: merged
  stored: zstd {"ours":3000,"theirs":5000}
left behind: []
