# Makes of a test of PHP's own, which keeps its sessions in files, one that keeps them in cfsession:
# sed -E, with @PATH@ as the save path of a server. Nothing here is for one test alone.

# A save path that is set before PHP's own handler opens it. (First, as it looks at two lines.)
/^session_save_path\(\$path\);$/ {
	N
	s#\$path(\);\n(session_module_name|var_dump\(session_start)\()#'@PATH@'\1#
}

# The settings. What sets another handler or another save path is about that, and stays; so does the
# default save path of those that go on with PHP's handler.
s#^(session\.save_handler *= *)"?files"?$#\1cfsession#
s#^(session\.save_path *= *)("?\{TMP\}"?)?$#\1"@PATH@"#
s#^session\.save_handler=user$#&\nsession.save_path=#
s#(session_module_name\(|ini_set\(.session\.save_handler., )(["'])files\2#\1\2cfsession\2#
s#(ini_set\(.session\.save_path., )(["'])\2#\1\2@PATH@\2#

# The folder of the tests as a save path: another one on the same server, that ends in the same word.
s#^\$(path|directory) = __DIR__;$#$\1 = '@PATH@?prefix=tests';#

# Handlers of a test's own that keep files where the save path says, or in the temporary folder.
s#^( +)if \(!\$path\) \{$#\1if (true) {#

# The save path is shown as the empty one that it stands for.
s#var_dump\((session_save_path\([^)]*\)|ini_[gs]et\("session\.save_path"[^)]*\))\);#var_dump((fn ($path) => $path === '@PATH@' ? '' : $path)(\1));#
s#\bopen\('', #open('%s', #
s#(path: |is correct \(|session\.save_path: )([,)])#\1@PATH@\2#

# The handler's name, and its own words for what it does not like.
s#^string\(5\) "files"$#string(9) "cfsession"#
s#(session data: |session data \(|storage module: )files\b#\1cfsession#
s#Session ID is too long or contains illegal characters\. Only the A-Z, a-z, 0-9, "-", and "," characters are allowed#cfsession: cannot read the session: its id is %s#
s#open\(%s(blah%e%s)?, O_RDWR\) failed: No such file or directory \(2\)#cfsession: cannot read the session: %s#
# This one is found out earlier, when the session is opened.
s#Failed to create session data file path\. Too short session ID, invalid save_path or path length exceeds %d characters#cfsession: cannot use session.save_path: %s#
s#Failed to read session data: (cfsession \(path: 123;)#Failed to initialize storage module: \1#

# Of skipif.inc: whether the save path is a folder.
s#^\$save_path = ini_get\("session\.save_path"\);$#$save_path = '';#
