--TEST--
The documentation: PHP, a shell or a parser accepts each block, and runnable blocks run
--SKIPIF--
<?php
require __DIR__ . '/../support/skipif.inc';
skip_without_backend('redis');
skip_without_backend('memcached');
skip_without(redis_program(), 'redis-cli', 'bash');
?>
--FILE--
<?php
require __DIR__ . '/blocks.inc';

chdir(__DIR__ . '/../..');
$checked = 0;
$run = 0;
foreach (['*.md', 'docs/*.md', 'examples/*/*.md', 'packaging/*/*.md'] as $files) {
	foreach (glob($files) as $file) {
		foreach (blocks($file, file_get_contents($file)) as $block) {
			$checked += isset(CHECKS[$block->language]);
			$run += $block->mark === 'run';
			$complaint = complaint($block);
			$complaint === null or print("$file:$block->line: $complaint\n");
		}
	}
}
echo $checked > 30 && $run > 3 ? "checked\n" : "$checked blocks checked, $run run\n";
?>
--EXPECT--
checked
