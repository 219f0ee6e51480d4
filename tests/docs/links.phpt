--TEST--
The documentation: all links work, and each page can be reached from README.md
--FILE--
<?php
require __DIR__ . '/anchors.inc';

const ROOT = __DIR__ . '/../..';

/** @return list<string> the pages that a page links to; prints broken links */
function check_links(string $page): array
{
	$text = file_get_contents(ROOT . "/$page");
	$linked = [];
	preg_match_all('/\]\(([^)\s]+)\)/', $text, $links);
	foreach (preg_grep('~^\w+:~', $links[1], PREG_GREP_INVERT) as $link) {
		[$path, $anchor] = explode('#', "$link#");
		$target = $path === '' ? $page : ltrim(substr((string) realpath(ROOT . '/' . dirname($page) . "/$path"), strlen((string) realpath(ROOT))), '/');
		if ($target === '') {
			echo "$page: nothing at $link\n";
		} elseif ($anchor !== '' && !in_array($anchor, anchors(file_get_contents(ROOT . "/$target")), true)) {
			echo "$page: no such heading: $link\n";
		}
		str_ends_with($target, '.md') && $linked[] = $target;
	}
	return $linked;
}

$reached = ['README.md'];
for ($i = 0; $i < count($reached); $i++) {
	$reached = array_values(array_unique([...$reached, ...check_links($reached[$i])]));
}
chdir(ROOT);
echo 'not reached: ', implode(' ', array_diff([...glob('*.md'), ...glob('docs/*.md')], $reached)), "\n";
echo count($reached) > 12 ? "followed\n" : count($reached) . " pages\n";
?>
--EXPECT--
not reached: 
followed
