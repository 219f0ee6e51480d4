--TEST--
Memcached: cfsession.lock=merge works the same with a password
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
/* With a password, libmemcached uses the binary protocol. */
require __DIR__ . '/../support/store_sasl.inc';
require __DIR__ . '/../support/bodies.inc';

run_bodies($store, ['merge_lists', 'merge_logout', 'merge_refused', 'merge_class', 'merge_large', 'merge_mixed', 'merge_reply_lost']);
?>
--EXPECT--
== merge_lists
-- php
different variables: merged
  stored: a|i:1;b|i:2;c|i:3;
only the other one: written
  stored: a|i:2;
the same change: merged
  stored: a|i:2;
the same variable: merged, conflicts: 1
  stored: a|i:2;b|i:3;
one deletes, the other adds: merged
  stored: b|i:1;c|i:3;
the other one deletes: merged
  stored: b|i:1;c|i:2;
we delete what the other one changes: merged, conflicts: 1
  stored: b|i:1;
the other one deletes what we change: merged, conflicts: 1
  stored: a|i:2;b|i:1;
both delete, and all of it: merged
  stored: ""
all is deleted, and something added: merged
  stored: b|i:2;
both append: merged
  stored: l|a:4:{i:0;s:1:"a";i:1;s:12:"of the other";i:2;s:5:"of us";i:3;s:8:"and more";}
both append the first: merged
  stored: l|a:2:{i:0;s:12:"of the other";i:1;s:5:"of us";}
both make the list: merged
  stored: a|i:1;l|a:2:{i:0;s:12:"of the other";i:1;s:5:"of us";}
both append, deeper: merged
  stored: a|a:1:{s:1:"l";a:1:{s:1:"x";a:3:{i:0;s:1:"a";i:1;s:12:"of the other";i:2;s:5:"of us";}}}
one appends, one takes the first: merged, conflicts: 1
  stored: l|a:3:{i:0;s:1:"a";i:1;s:1:"b";i:2;s:5:"of us";}
one unsets in the middle: merged
  stored: l|a:2:{i:0;s:1:"a";i:2;s:12:"of the other";}
integer keys: merged
  stored: a|a:3:{i:5;s:5:"of us";i:10;s:12:"of the other";i:-3;s:3:"new";}
string keys: merged
  stored: a|a:3:{s:1:"x";i:2;s:1:"y";i:3;s:1:"z";i:3;}
both: merged
  stored: a|a:3:{i:7;i:2;s:1:"y";i:3;s:2:"07";i:3;}
an array in place of another value: merged, conflicts: 1
  stored: a|a:1:{i:0;s:2:"us";}
Symfony's attributes: merged, conflicts: 1
  stored: _sf2_attributes|a:3:{s:4:"user";i:1;s:4:"cart";a:3:{s:1:"x";i:1;s:1:"y";i:2;s:1:"z";i:3;}s:4:"seen";b:1;}_symfony_flashes|a:1:{s:6:"notice";a:2:{i:0;s:12:"of the other";i:1;s:5:"of us";}}_sf2_meta|a:3:{s:1:"u";i:3;s:1:"c";i:1;s:1:"l";i:0;}
-- php_serialize
different variables: merged
  stored: a:3:{s:1:"a";i:1;s:1:"b";i:2;s:1:"c";i:3;}
only the other one: written
  stored: a:1:{s:1:"a";i:2;}
the same change: merged
  stored: a:1:{s:1:"a";i:2;}
the same variable: merged, conflicts: 1
  stored: a:2:{s:1:"a";i:2;s:1:"b";i:3;}
one deletes, the other adds: merged
  stored: a:2:{s:1:"b";i:1;s:1:"c";i:3;}
the other one deletes: merged
  stored: a:2:{s:1:"b";i:1;s:1:"c";i:2;}
we delete what the other one changes: merged, conflicts: 1
  stored: a:1:{s:1:"b";i:1;}
the other one deletes what we change: merged, conflicts: 1
  stored: a:2:{s:1:"a";i:2;s:1:"b";i:1;}
both delete, and all of it: merged
  stored: a:0:{}
all is deleted, and something added: merged
  stored: a:1:{s:1:"b";i:2;}
both append: merged
  stored: a:1:{s:1:"l";a:4:{i:0;s:1:"a";i:1;s:12:"of the other";i:2;s:5:"of us";i:3;s:8:"and more";}}
both append the first: merged
  stored: a:1:{s:1:"l";a:2:{i:0;s:12:"of the other";i:1;s:5:"of us";}}
both make the list: merged
  stored: a:2:{s:1:"a";i:1;s:1:"l";a:2:{i:0;s:12:"of the other";i:1;s:5:"of us";}}
both append, deeper: merged
  stored: a:1:{s:1:"a";a:1:{s:1:"l";a:1:{s:1:"x";a:3:{i:0;s:1:"a";i:1;s:12:"of the other";i:2;s:5:"of us";}}}}
one appends, one takes the first: merged, conflicts: 1
  stored: a:1:{s:1:"l";a:3:{i:0;s:1:"a";i:1;s:1:"b";i:2;s:5:"of us";}}
one unsets in the middle: merged
  stored: a:1:{s:1:"l";a:2:{i:0;s:1:"a";i:2;s:12:"of the other";}}
integer keys: merged
  stored: a:1:{s:1:"a";a:3:{i:5;s:5:"of us";i:10;s:12:"of the other";i:-3;s:3:"new";}}
string keys: merged
  stored: a:1:{s:1:"a";a:3:{s:1:"x";i:2;s:1:"y";i:3;s:1:"z";i:3;}}
both: merged
  stored: a:1:{s:1:"a";a:3:{i:7;i:2;s:1:"y";i:3;s:2:"07";i:3;}}
an array in place of another value: merged, conflicts: 1
  stored: a:1:{s:1:"a";a:1:{i:0;s:2:"us";}}
Symfony's attributes: merged, conflicts: 1
  stored: a:3:{s:15:"_sf2_attributes";a:3:{s:4:"user";i:1;s:4:"cart";a:3:{s:1:"x";i:1;s:1:"y";i:2;s:1:"z";i:3;}s:4:"seen";b:1;}s:16:"_symfony_flashes";a:1:{s:6:"notice";a:2:{i:0;s:12:"of the other";i:1;s:5:"of us";}}s:9:"_sf2_meta";a:3:{s:1:"u";i:3;s:1:"c";i:1;s:1:"l";i:0;}}
left behind: []
== merge_logout
destroyed
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  unchanged: written
    stored: null
changed, then destroyed
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  unchanged: written
    stored: null
destroyed, and made anew
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  unchanged: written
    stored: of|s:12:"the next one";
destroyed, and made anew without a lock
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  unchanged: written
    stored: of|s:12:"the next one";
destroyed, and made anew with a lock
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  unchanged: written
    stored: of|s:12:"the next one";
given another id
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  unchanged: written
    stored: null
given another id, and made anew
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  unchanged: written
    stored: of|s:12:"the next one";
expired
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  unchanged: written
    stored: null
destroyed while it was merged
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
made and destroyed by another while it was new here
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  and made again: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
made by two requests at once, strict mode 0
  the id is the one that was asked for: true
  changed: merged
    stored: a|i:1;b|a:2:{i:0;s:12:"of the other";i:1;s:5:"of us";}
made by two requests at once, strict mode 1
  the id is the one that was asked for: false
  changed: merged
    stored: a|i:1;b|a:2:{i:0;s:12:"of the other";i:1;s:5:"of us";}
made anew by one request
  changed: written
  and changed by two: merged
    stored: n|i:2;b|i:2;
we give it another id
  deleting the old one: true
  regenerate: written
  written: written
    stored: [null,"n|i:3;"]
  keeping the old one: true
  regenerate: merged
  written: written
    stored: ["n|i:2;b|i:2;","n|i:3;"]
left behind: []
== merge_refused
-- php
one value in two places, alone: written
  stored: n|i:1;a|a:1:{i:0;i:1;}b|R:2;
one value in two places, beside $_SESSION["n"] = 5: refused: another request has changed it since it was read, and the two cannot be merged (cfsession.lock=merge): it has a reference between two of its values, which cannot be merged; nothing was written
  stored: n|i:5;a|a:1:{i:0;i:1;}
one value in two places, beside $_SESSION["n"] = $_SESSION["n"]: written
  stored: n|i:1;a|a:1:{i:0;i:1;}b|R:2;
  the next one: written
one object in two places, alone: written
  stored: n|i:1;p|O:5:"Point":2:{s:1:"x";i:1;s:1:"y";i:1;}q|r:2;
one object in two places, beside $_SESSION["n"] = 5: refused: another request has changed it since it was read, and the two cannot be merged (cfsession.lock=merge): it has a reference between two of its values, which cannot be merged; nothing was written
  stored: n|i:5;p|O:5:"Point":2:{s:1:"x";i:1;s:1:"y";i:1;}
one object in two places, beside $_SESSION["n"] = $_SESSION["n"]: written
  stored: n|i:1;p|O:5:"Point":2:{s:1:"x";i:1;s:1:"y";i:1;}q|r:2;
  the next one: written
a Serializable object, alone: written
  stored: n|i:1;packed|C:6:"Packed":4:{i:2;}
a Serializable object, beside $_SESSION["n"] = 5: refused: another request has changed it since it was read, and the two cannot be merged (cfsession.lock=merge): it has an object of a Serializable class, which may refer to other values and cannot be merged; nothing was written
  stored: n|i:5;packed|C:6:"Packed":4:{i:1;}
a Serializable object, beside $_SESSION["n"] = $_SESSION["n"]: written
  stored: n|i:1;packed|C:6:"Packed":4:{i:2;}
  the next one: written
an object that one changes: merged
  stored: n|i:5;p|O:5:"Point":2:{s:1:"x";i:2;s:1:"y";i:1;}
an object that the other one changes: merged
  stored: n|i:5;p|O:5:"Point":2:{s:1:"x";i:1;s:1:"y";i:3;}
an object that both change: merged, conflicts: 1
  stored: n|i:1;p|O:5:"Point":2:{s:1:"x";i:2;s:1:"y";i:1;}
an enum: merged
  stored: s|E:11:"Suit:Spades";n|E:11:"Suit:Spades";
references of the other one: refused: another request has changed it since it was read, and the two cannot be merged (cfsession.lock=merge): it has a reference between two of its values, which cannot be merged; nothing was written
  stored: n|i:1;a|a:1:{i:0;i:1;}b|R:2;
too deep: refused: another request has changed it since it was read, and the two cannot be merged (cfsession.lock=merge): its arrays are nested more deeply than can be merged; nothing was written
  stored: n|i:5;
what PHP did not write: refused: another request has changed it since it was read, and the two cannot be merged (cfsession.lock=merge): what another request has stored is not in the format of session.serialize_handler "php" from byte 0 on; nothing was written
  stored: garbage
what another session.serialize_handler wrote: refused: another request has changed it since it was read, and the two cannot be merged (cfsession.lock=merge): what another request has stored is not in the format of session.serialize_handler "php" from byte 0 on; nothing was written
  stored: a:1:{s:1:"n";i:5;}
one key twice: refused: another request has changed it since it was read, and the two cannot be merged (cfsession.lock=merge): it has a key twice, which PHP never writes and which cannot be merged; nothing was written
  stored: n|i:2;b|i:5;
-- php_serialize
one value in two places, alone: written
  stored: a:3:{s:1:"n";i:1;s:1:"a";a:1:{i:0;i:1;}s:1:"b";R:3;}
one value in two places, beside $_SESSION["n"] = 5: refused: another request has changed it since it was read, and the two cannot be merged (cfsession.lock=merge): it has a reference between two of its values, which cannot be merged; nothing was written
  stored: a:2:{s:1:"n";i:5;s:1:"a";a:1:{i:0;i:1;}}
one value in two places, beside $_SESSION["n"] = $_SESSION["n"]: written
  stored: a:3:{s:1:"n";i:1;s:1:"a";a:1:{i:0;i:1;}s:1:"b";R:3;}
  the next one: written
one object in two places, alone: written
  stored: a:3:{s:1:"n";i:1;s:1:"p";O:5:"Point":2:{s:1:"x";i:1;s:1:"y";i:1;}s:1:"q";r:3;}
one object in two places, beside $_SESSION["n"] = 5: refused: another request has changed it since it was read, and the two cannot be merged (cfsession.lock=merge): it has a reference between two of its values, which cannot be merged; nothing was written
  stored: a:2:{s:1:"n";i:5;s:1:"p";O:5:"Point":2:{s:1:"x";i:1;s:1:"y";i:1;}}
one object in two places, beside $_SESSION["n"] = $_SESSION["n"]: written
  stored: a:3:{s:1:"n";i:1;s:1:"p";O:5:"Point":2:{s:1:"x";i:1;s:1:"y";i:1;}s:1:"q";r:3;}
  the next one: written
a Serializable object, alone: written
  stored: a:2:{s:1:"n";i:1;s:6:"packed";C:6:"Packed":4:{i:2;}}
a Serializable object, beside $_SESSION["n"] = 5: refused: another request has changed it since it was read, and the two cannot be merged (cfsession.lock=merge): it has an object of a Serializable class, which may refer to other values and cannot be merged; nothing was written
  stored: a:2:{s:1:"n";i:5;s:6:"packed";C:6:"Packed":4:{i:1;}}
a Serializable object, beside $_SESSION["n"] = $_SESSION["n"]: written
  stored: a:2:{s:1:"n";i:1;s:6:"packed";C:6:"Packed":4:{i:2;}}
  the next one: written
an object that one changes: merged
  stored: a:2:{s:1:"n";i:5;s:1:"p";O:5:"Point":2:{s:1:"x";i:2;s:1:"y";i:1;}}
an object that the other one changes: merged
  stored: a:2:{s:1:"n";i:5;s:1:"p";O:5:"Point":2:{s:1:"x";i:1;s:1:"y";i:3;}}
an object that both change: merged, conflicts: 1
  stored: a:2:{s:1:"n";i:1;s:1:"p";O:5:"Point":2:{s:1:"x";i:2;s:1:"y";i:1;}}
an enum: merged
  stored: a:2:{s:1:"s";E:11:"Suit:Spades";s:1:"n";E:11:"Suit:Spades";}
references of the other one: refused: another request has changed it since it was read, and the two cannot be merged (cfsession.lock=merge): it has a reference between two of its values, which cannot be merged; nothing was written
  stored: a:3:{s:1:"n";i:1;s:1:"a";a:1:{i:0;i:1;}s:1:"b";R:3;}
too deep: refused: another request has changed it since it was read, and the two cannot be merged (cfsession.lock=merge): its arrays are nested more deeply than can be merged; nothing was written
  stored: a:1:{s:1:"n";i:5;}
what PHP did not write: refused: another request has changed it since it was read, and the two cannot be merged (cfsession.lock=merge): what another request has stored is not in the format of session.serialize_handler "php_serialize" from byte 0 on; nothing was written
  stored: garbage
what another session.serialize_handler wrote: refused: another request has changed it since it was read, and the two cannot be merged (cfsession.lock=merge): what another request has stored is not in the format of session.serialize_handler "php_serialize" from byte 0 on; nothing was written
  stored: n|i:5;
-- php_binary
n, alone: written
  stored: \001ni:1;\001mi:2;
n, beside $_SESSION["n"] = 5: refused: another request has changed it since it was read, and the two cannot be merged (cfsession.lock=merge): it is encoded by session.serialize_handler "php_binary"; what "php" and "php_serialize" encode can be merged; nothing was written
  stored: \001ni:5;
n, beside $_SESSION["n"] = $_SESSION["n"]: written
  stored: \001ni:1;\001mi:2;
  the next one: written
left behind: []
== merge_class
writes twice, alone
  [true,true]
  0 merges, 0 conflicts
  stored: n|i:2;first|a:2:{i:0;i:1;i:1;i:2;}second|b:1;
writes twice, another request writes before
  [true,true]
  2 merges, 0 conflicts
  stored: n|i:2;first|a:2:{i:0;i:1;i:1;i:2;}second|b:1;b|i:1;
writes twice, another request writes in between
  [true,true]
  1 merges, 0 conflicts
  stored: n|i:2;first|a:2:{i:0;i:1;i:1;i:2;}second|b:1;b|i:1;
writes twice, another request writes before and in between
  [true,true]
  2 merges, 0 conflicts
  stored: n|i:2;first|a:2:{i:0;i:1;i:1;i:2;}second|b:1;c|i:1;
writes twice, another request changes the same in between
  [true,true]
  1 merges, 0 conflicts
  stored: n|i:3;first|a:2:{i:0;i:1;i:1;i:2;}second|b:1;
writes twice, another request changes in between what we have written
  [true,true]
  1 merges, 0 conflicts
  stored: n|i:2;first|a:3:{i:0;i:1;i:1;s:12:"of the other";i:2;i:2;}second|b:1;
writes twice, another request destroys in between
  Warning: SessionHandler::write(): cfsession: cannot write the session: it was destroyed or has expired since this request first wrote it; nothing was written
  [true,false]
  0 merges, 0 conflicts
  stored: null
session_reset()
  read again: {"n":2,"l":["of the other"]}
  changed: written
  stored: n|i:2;l|a:2:{i:0;s:12:"of the other";i:1;s:5:"of us";}
  changed, and by another request: merged
  stored: n|i:3;l|a:3:{i:0;s:12:"of the other";i:1;s:5:"of us";i:2;s:4:"more";}
session_abort()
  aborted: written
  stored: n|i:4;l|a:3:{i:0;s:12:"of the other";i:1;s:5:"of us";i:2;s:4:"more";}
read_and_close
  stored: n|i:5;
unchanged
  lazy_write=1: written
  writes: 0
  stored: n|i:6;
  destroyed meanwhile: written
  stored: null
  lazy_write=0: merged
  writes: 1
  stored: n|i:6;
  destroyed meanwhile: refused: it was destroyed or has expired since it was read; nothing was written
  stored: null
written and started again in one request
  a: merged
  b: merged
  c: merged
  stored: l|a:6:{i:0;s:7:"other a";i:1;s:1:"a";i:2;s:7:"other b";i:3;s:1:"b";i:4;s:7:"other c";i:5;s:1:"c";}
left behind: []
== merge_large
10 bytes
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
10 bytes, new
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
2 kB
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
2 kB, new
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
3 kB
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
3 kB, new
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
100 kB
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
100 kB, new
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
1 MB
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
1 MB, new
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
shrinks
  both: merged
  stored: n|i:1;
left behind: []
== merge_mixed
a request that locks, and writes
  started, 0 waits
  stored meanwhile: n|i:1;list|a:1:{i:0;s:5:"first";}
  1 waits, 1 merges, 0 conflicts
  stored: n|i:2;list|a:3:{i:0;s:5:"first";i:1;s:5:"locks";i:2;s:6:"merges";}of|s:19:"the one that merges";
a request that locks, and changes nothing
  started, 0 waits
  stored meanwhile: n|i:1;list|a:1:{i:0;s:5:"first";}
  1 waits, 0 merges, 0 conflicts
  stored: n|i:1;list|a:2:{i:0;s:5:"first";i:1;s:6:"merges";}of|s:19:"the one that merges";
a request that locks, and aborts
  started, 0 waits
  stored meanwhile: n|i:1;list|a:1:{i:0;s:5:"first";}
  1 waits, 0 merges, 0 conflicts
  stored: n|i:1;list|a:2:{i:0;s:5:"first";i:1;s:6:"merges";}of|s:19:"the one that merges";
a request that locks, and destroys
  started, 0 waits
  stored meanwhile: n|i:1;list|a:1:{i:0;s:5:"first";}
  Warning: session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (memcached://user:secret@HOST:PORT)
  1 waits, 0 merges, 0 conflicts
  stored: null
a request that has locked since
  started, 0 waits
  which is: refused: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
  0 waits, 0 merges, 0 conflicts
  stored: n|i:1;list|a:2:{i:0;s:5:"first";i:1;s:6:"merges";}of|s:19:"the one that merges";
the lock of another handler
  started, 0 waits
  still its own: web-1|4711
  1 waits, 1 merges, 0 conflicts
  stored: n|i:2;list|a:3:{i:0;s:5:"first";i:1;s:7:"foreign";i:2;s:6:"merges";}of|s:19:"the one that merges";
it has changed the session since, and locked it
  started, 0 waits
  1 waits, 1 merges, 0 conflicts
  stored: n|i:3;list|a:4:{i:0;s:5:"first";i:1;s:7:"foreign";i:2;s:4:"more";i:3;s:6:"merges";}of|s:19:"the one that merges";
and destroyed it, and made it anew, while we waited
  started, 0 waits
  Warning: session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (memcached://user:secret@HOST:PORT)
  1 waits, 0 merges, 0 conflicts
  stored: of|s:12:"the next one";
one that is not released
  session_write_close(): cfsession: cannot write the session: another request holds the lock memc.sess.key.lock.... at HOST:PORT and did not release it within 200 ms (cfsession.lock_wait). Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait; if the request has died, its lock expires by itself within seconds (cfsession.lock_lease)
  session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (memcached://user:secret@HOST:PORT)
  stored: n|i:1;list|a:1:{i:0;s:5:"first";}
  still its own: web-1|4711
  reads: {"n":1,"list":["first"]}
  and changes nothing: written
  reads and closes: true
a handler that does not lock
  changed: merged
  stored: n|i:2;list|a:3:{i:0;s:5:"first";i:1;s:7:"foreign";i:2;s:6:"merges";}
  a request with lock=Off: merged
  stored: n|i:1;list|a:3:{i:0;s:5:"first";i:1;s:3:"off";i:2;s:6:"merges";}
left behind: []
== merge_reply_lost
before, alone
  1 retries, 0 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}
before, alone, large
  1 retries, 0 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}large|s:5000:"x...";
before, another request came first
  1 retries, 1 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}b|i:1;
before, another request came first, large
  1 retries, 1 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}large|s:5000:"x...";b|i:1;
before, another request destroyed it
  Warning: session_write_close(): cfsession: cannot write the session: the connection broke, and before the second attempt the lock was lost or the session destroyed; whether the first attempt wrote it is not known
  1 retries, 0 merges, 0 conflicts
  stored: nothing
before, another request destroyed it, large
  Warning: session_write_close(): cfsession: cannot write the session: the connection broke, and before the second attempt the lock was lost or the session destroyed; whether the first attempt wrote it is not known
  1 retries, 0 merges, 0 conflicts
  stored: nothing
after, alone
  1 retries, 0 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}
after, alone, large
  1 retries, 0 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}large|s:5000:"x...";
after, another request comes then
  1 retries, 1 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}b|i:1;
after, another request comes then, large
  1 retries, 1 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}large|s:5000:"x...";b|i:1;
after, another request destroys it then
  Warning: session_write_close(): cfsession: cannot write the session: the connection broke, and before the second attempt the lock was lost or the session destroyed; whether the first attempt wrote it is not known
  1 retries, 0 merges, 0 conflicts
  stored: nothing
after, another request destroys it then, large
  Warning: session_write_close(): cfsession: cannot write the session: the connection broke, and before the second attempt the lock was lost or the session destroyed; whether the first attempt wrote it is not known
  1 retries, 0 merges, 0 conflicts
  stored: nothing
after, another request came first
  1 retries, 1 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}b|i:1;
after, another request came first, large
  1 retries, 1 merges, 0 conflicts
  stored: n|i:2;l|a:2:{i:0;s:5:"first";i:1;s:5:"of us";}large|s:5000:"x...";b|i:1;
left behind: []
