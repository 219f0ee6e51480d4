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
