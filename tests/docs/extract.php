<?php
/*
 * php extract.php DOCUMENT DIR: extracts the fenced blocks of a document, for a script that follows them as a reader
 * does. Each becomes a folder, DIR/01 and so on, with the files text, language, heading (its section's) and before (the
 * paragraph above it).
 */

declare(strict_types=1);

require __DIR__ . '/blocks.inc';

/** The last heading above. */
function heading(array $lines): string
{
	$headings = preg_grep('/^#+ /', $lines);
	return ltrim((string) end($headings), '# ');
}

/** The lines above, up to an empty one. */
function paragraph(array $lines): string
{
	$text = preg_replace('/^\s*<!--.*\n?/m', '', rtrim(implode("\n", $lines)));
	return (string) preg_replace('/.*\n\s*\n/s', '', rtrim($text));
}

[, $document, $dir] = $argv;
$text = file_get_contents($document);
$lines = explode("\n", $text);
foreach (blocks($document, $text) as $number => $block) {
	/* Without the block's opening line. */
	$above = array_slice($lines, 0, $block->line - 2);
	$folder = sprintf('%s/%02d', $dir, $number + 1);
	mkdir($folder, 0777, true);
	file_put_contents("$folder/text", $block->text);
	file_put_contents("$folder/language", $block->language);
	file_put_contents("$folder/heading", heading($above));
	file_put_contents("$folder/before", paragraph($above));
}
