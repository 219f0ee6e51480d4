--TEST--
docs/troubleshooting.md shows the most likely warnings in full, as cfsession prints them
--FILE--
<?php
require __DIR__ . '/messages.inc';
require __DIR__ . '/blocks.inc';

/** The parts of a printed message that are not in the sources: the filled-in values. */
function filled_in(string $message, array $sources): array
{
	foreach ($sources as $text) {
		$pattern = str_replace('…', '(?:.{1,60}?)', preg_quote($text, '~'));
		$message = preg_replace("~(?<![\\w.])$pattern(?![\\w])~u", ' | ', $message) ?? $message;
	}
	return array_filter(array_map(fn ($part) => trim($part, ' ,;:()"'), explode('|', $message)));
}

/* The longest first, because shorter ones may be parts of them. A message consists of texts with more than two words. */
$sources = array_keys(texts_of_sources());
usort($sources, fn ($one, $other) => strlen($other) <=> strlen($one));
$page = file_get_contents(ROOT . '/docs/troubleshooting.md');
$messages = 0;
foreach (blocks('docs/troubleshooting.md', $page) as $block) {
	preg_match_all('/^PHP Warning:  \w+\(\): cfsession: (cannot [a-z_. ]+): (.*)$/m', $block->text, $found, PREG_SET_ORDER);
	foreach ($found as [, , $message]) {
		$messages++;
		/* The sources do not contain servers' own words. */
		$message = preg_replace('/"[A-Z]{3,} .*?"(?=;)/', '"…"', $message);
		foreach (filled_in($message, $sources) as $rest) {
			substr_count($rest, ' ') > 2 && print("line $block->line: not of the sources: $rest\n");
		}
	}
}
echo $messages > 8 ? "compared\n" : "$messages messages found\n";
?>
--EXPECT--
compared
