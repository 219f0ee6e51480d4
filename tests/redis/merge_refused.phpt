--TEST--
Redis: cfsession.lock=merge: changes that cannot be merged do not overwrite the stored session
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/merge_refused.inc';
?>
--EXPECT--
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
