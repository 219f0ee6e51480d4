--TEST--
Redis: cfsession.lock=merge: two requests change variables, arrays and lists
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/merge_lists.inc';
?>
--EXPECT--
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
