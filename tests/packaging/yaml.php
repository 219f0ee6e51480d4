<?php
/*
 * yaml.php FILE [KEY...]: prints the value at this place of a YAML file: a text as it is, a list or a map with one item on
 * each line, nested ones as JSON. Of a page in Markdown, it reads the blocks of YAML. There, and in a file with several
 * documents, the top level is the list of documents.
 */

declare(strict_types=1);

require 'Symfony/Component/Yaml/autoload.php';

use Symfony\Component\Yaml\Yaml;

/** @return list<mixed> */
function documents(string $text): array
{
	return array_map(fn (string $part) => Yaml::parse($part), preg_split('/^---$/m', $text));
}

function shown(mixed $value): string
{
	return is_string($value) ? $value : json_encode($value, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES);
}

$text = file_get_contents($argv[1]);
if (str_ends_with($argv[1], '.md')) {
	preg_match_all('/^```yaml\n(.*?)^```$/ms', $text, $blocks);
	$text = implode("---\n", $blocks[1]);
}
$documents = documents($text);
$value = count($documents) > 1 || str_ends_with($argv[1], '.md') ? $documents : $documents[0];
foreach (array_slice($argv, 2) as $key) {
	$value = $value[$key] ?? exit(1);
}
if (!is_array($value)) {
	echo shown($value), "\n";
	return;
}
foreach ($value as $key => $item) {
	echo array_is_list($value) ? '' : "$key=", shown($item), "\n";
}
