<?php
/* php count.php SAVE_PATH ID: one request, which counts one up in the session. */
declare(strict_types=1);

ini_set('session.use_cookies', '0');
ini_set('session.cache_limiter', '');
ini_set('session.save_handler', 'cfsession');
session_save_path($argv[1]);
session_id($argv[2]);
session_start();
$_SESSION['count'] = ($_SESSION['count'] ?? 0) + 1;
session_write_close();
echo $_SESSION['count'], "\n";
