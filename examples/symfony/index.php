<?php

declare(strict_types=1);

/*
 * A page that uses Symfony's HttpFoundation as the framework does with `handler_id: null`: with PHP's own session handler,
 * which is cfsession. It uses strict mode, lazy writes and flash messages. Log in with POST user=NAME to /login.
 */

use Symfony\Component\HttpFoundation\RedirectResponse;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\HttpFoundation\Session\Session;
use Symfony\Component\HttpFoundation\Session\Storage\NativeSessionStorage;

// This is Debian's php-symfony-http-foundation; with Composer, require vendor/autoload.php.
require_once 'Symfony/Component/HttpFoundation/autoload.php';

function respond(Request $request, Session $session): Response
{
	switch ($request->getMethod() . ' ' . $request->getPathInfo()) {
		case 'GET /':
			$session->set('count', $session->get('count', 0) + 1);
			$lines = ['count ' . $session->get('count'), 'user ' . $session->get('user', '-'), ...$session->getFlashBag()->get('notice')];
			return new Response(implode(', ', $lines) . "\n", 200, ['Content-Type' => 'text/plain']);
		case 'POST /login':
			// A new id, so that somebody who knows the old one is not logged in, too.
			$session->migrate(true);
			$session->set('user', $request->request->get('user'));
			$session->getFlashBag()->add('notice', 'Hello!');
			return new RedirectResponse('/', 303);
		case 'POST /logout':
			$session->invalidate();
			return new RedirectResponse('/', 303);
		default:
			return new Response("There is no such page.\n", 404, ['Content-Type' => 'text/plain']);
	}
}

// Without a handler, SessionHandlerProxy and StrictSessionHandler wrap PHP's SessionHandler.
$session = new Session(new NativeSessionStorage(['cookie_httponly' => true, 'cookie_samesite' => 'lax']));
$session->start();
$request = Request::createFromGlobals();
$request->setSession($session);
$response = respond($request, $session);
$session->save();
$response->prepare($request)->send();
