<?php
/*
 * A page that changes the user's session: what benchmarks/web.inc asks for. The session has 1 kB; "?hold=N" keeps
 * it for N milliseconds.
 */

declare(strict_types=1);

require_once __DIR__ . '/application.inc';

handler($_SERVER['BENCH_HANDLER'], $_SERVER['BENCH_ADDRESS'])();
session_start();
usleep(1000 * (int) ($_GET['hold'] ?? 0));
$_SESSION['data'] ??= str_repeat('x', 950);
$_SESSION['counter'] = ($_SESSION['counter'] ?? 0) + 1;
session_write_close();
echo $_SESSION['counter'];
