<?php

declare(strict_types=1);

/*
 * Debian's Adminer, an application that knows nothing about cfsession: for SQLite, with the password in the environment
 * variable ADMINER_PASSWORD. The session has the user who is logged in, and the token that its forms need.
 */

const ADMINER = '/usr/share/adminer';

function adminer_object(): object
{
	// Before version 5 the class that calls the plugins was one of them.
	class_exists('Adminer\Plugins') || require_once ADMINER . '/plugins/plugin.php';
	require_once ADMINER . '/plugins/login-password-less.php';
	require_once ADMINER . '/plugins/version-noverify.php';
	$plugins = class_exists('Adminer\Plugins') ? 'Adminer\Plugins' : 'AdminerPlugin';
	return new $plugins([
		new AdminerLoginPasswordLess(password_hash((string) getenv('ADMINER_PASSWORD'), PASSWORD_DEFAULT)),
		new AdminerVersionNoverify(),
	]);
}

// With an empty password, anybody could log in.
if ((string) getenv('ADMINER_PASSWORD') === '') {
	http_response_code(403);
	exit("Set the environment variable ADMINER_PASSWORD.\n");
}

require ADMINER . '/adminer.php';
