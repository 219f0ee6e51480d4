<?php

/** @generate-function-entries */

/**
 * What cfsession is configured to talk to, and what this process has done.
 *
 * @param bool $probe also connect to each server and ask for its version, latency, memory and so on
 * @return array<string, mixed>
 */
function cfsession_status(bool $probe = false): array {}
