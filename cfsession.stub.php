<?php

/** @generate-function-entries */

/**
 * What cfsession is configured to talk to, and what this process has done.
 *
 * @param bool $probe also connect to each server and ask for its version, latency, memory and so on
 * @param bool $keep_session also keep a session on each for a moment: written, read and destroyed; implies $probe
 * @return array<string, mixed>
 */
function cfsession_status(bool $probe = false, bool $keep_session = false): array {}

/**
 * Puts the open session among those of a user, when it is written. It stays there until it ends, under a new id too.
 *
 * @param string $tag what the user is known by, for example a number: 1 to 1024 bytes
 * @throws ValueError if the tag is empty or too long
 * @throws Error if no session of cfsession is open
 * @throws RuntimeException if the session cannot have tags, as in Memcached
 */
function cfsession_tag(string $tag): void {}

/**
 * The sessions that have the tag: id => time at which it expires unless somebody visits it, in seconds since 1970.
 *
 * @return array<string, int>
 * @throws ValueError if the tag is empty or too long
 * @throws RuntimeException if a server cannot be asked
 */
function cfsession_tagged(string $tag): array {}

/**
 * Destroys the sessions that have the tag. If the current one is among them, it ends as by session_destroy().
 *
 * @param bool $except_current all but the current one, which has to be open
 * @return int how many there were
 * @throws ValueError if the tag is empty or too long
 * @throws Error if the current one is to be spared, and none of cfsession is open
 * @throws RuntimeException if some could not be destroyed; to call it again goes on with these
 */
function cfsession_destroy_tagged(string $tag, bool $except_current = false): int {}
