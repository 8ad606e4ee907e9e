/** Sorted sets: replies word for word, as redis-server 7.0.15 gives them, and records from which a replica makes the same. */
import { describe, expect, it } from "vitest";
import { latin1Of } from "../bytes/latin1.ts";
import { ZsetValue } from "../keyspace/values/zsetValue.ts";
import { TestExecutor } from "./testExecutor.ts";

type Dialogue = readonly (readonly [request: string, reply: string])[];

/** Each is one connection to an empty node. Line ends of replies are shown as blanks. */
const dialogues: Readonly<Record<string, Dialogue>> = {
  "single members": [
    ["ZADD z 1 a 2 b 2 c", ":3"],
    ["ZADD z 1 a 5 b", ":0"],
    ["ZADD z CH 1 a 6 b 7 d", ":2"],
    ["ZADD z NX 9 a 9 e", ":1"],
    ["ZADD z XX CH 9 a 9 f", ":1"],
    ["ZADD z GT CH 8 a 10 b 1 g", ":2"],
    ["ZADD z LT CH 8 a 20 b 5 h", ":2"],
    ["ZADD z XX GT INCR -1 a", "$-1"],
    ["ZADD z INCR 2.5 a", "$4 10.5"],
    ["ZADD z XX INCR 1 none", "$-1"],
    ["ZADD z NX INCR 1 a", "$-1"],
    ["ZADD z INCR 1 fresh", "$1 1"],
    ["ZADD none XX 1 a", ":0"],
    ["ZADD none XX INCR 1 a", "$-1"],
    ["EXISTS none", ":0"],
    ["ZADD z INCR inf a", "$3 inf"],
    ["ZADD z INCR -inf a", "-ERR resulting score is not a number (NaN)"],
    ["ZINCRBY z -inf a", "-ERR resulting score is not a number (NaN)"],
    ["ZADD z NX XX 1 a", "-ERR XX and NX options at the same time are not compatible"],
    ["ZADD z NX GT 1 a", "-ERR GT, LT, and/or NX options at the same time are not compatible"],
    ["ZADD z GT LT 1 a", "-ERR GT, LT, and/or NX options at the same time are not compatible"],
    ["ZADD z INCR 1 a 2 b", "-ERR INCR option supports a single increment-element pair"],
    ["ZADD z 1", "-ERR wrong number of arguments for 'zadd' command"],
    ["ZADD z 1 a 2", "-ERR syntax error"],
    ["ZADD z NX", "-ERR wrong number of arguments for 'zadd' command"],
    ["ZADD z nan a", "-ERR value is not a valid float"],
    ["ZADD z x a", "-ERR value is not a valid float"],
    ["ZADD z 1 a x b", "-ERR value is not a valid float"],
    ["ZINCRBY z 1 a", "$3 inf"],
    ["ZINCRBY z x a", "-ERR value is not a valid float"],
    ["ZINCRBY z NX 1", "-ERR syntax error"],
    ["ZINCRBY fresh 0x10 a", "$2 16"],
    ["ZINCRBY fresh 1e-5 a", "$8 16.00001"],
    ["ZSCORE fresh a", "$8 16.00001"],
    ["ZSCORE z none", "$-1"],
    ["ZSCORE none a", "$-1"],
    ["ZMSCORE z a none b", "*3 $3 inf $-1 $2 10"],
    ["ZMSCORE none a b", "*2 $-1 $-1"],
    ["ZCARD z", ":8"],
    ["ZCARD none", ":0"],
    ["ZRANK z a", ":7"],
    ["ZREVRANK z a", ":0"],
    ["ZRANK z none", "$-1"],
    ["ZRANK none a", "$-1"],
    ["ZREM z a none b a", ":2"],
    ["ZREM none a", ":0"],
    ["TYPE z", "+zset"],
    ["OBJECT ENCODING z", "$8 listpack"],
    ["ZADD long 1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ":1"],
    ["OBJECT ENCODING long", "$8 skiplist"],
    ["ZREM fresh a", ":1"],
    ["EXISTS fresh", ":0"],
    ["ZADD zero -0 a", ":1"],
    ["ZSCORE zero a", "$1 0"],
    ["ZADD long -0 b", ":1"],
    ["ZSCORE long b", "$2 -0"],
    ["ZADD zero INCR -0 b", "$2 -0"],
  ],
  "keys of another type": [
    ["SET s v", "+OK"],
    ["ZADD s 1 a", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZADD s INCR 1 a", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZINCRBY s 1 a", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZREM s a", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZCARD s", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZSCORE s a", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZMSCORE s a", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZRANK s a", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZREVRANK s a", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZRANGE s 0 -1", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZRANGE s 0 x", "-ERR value is not an integer or out of range"],
    ["ZRANGESTORE d s 0 -1", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZREVRANGE s 0 -1", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZRANGEBYSCORE s 0 1", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZRANGEBYLEX s - +", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZCOUNT s 0 1", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZLEXCOUNT s - +", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZREMRANGEBYRANK s 0 1", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    [
      "ZREMRANGEBYSCORE s 0 1",
      "-WRONGTYPE Operation against a key holding the wrong kind of value",
    ],
    ["ZREMRANGEBYLEX s - +", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZPOPMIN s", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZPOPMIN s 0", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZMPOP 2 none s MIN", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZUNION 2 none s", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZUNION 2 none s JUNK", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZUNIONSTORE s 1 s", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZINTERCARD 1 s", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZRANDMEMBER s", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZRANDMEMBER s 0", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZSCAN s 0", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZSCAN s x", "-ERR invalid cursor"],
    ["ZADD z 1 a", ":1"],
    ["GET z", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["ZUNIONSTORE s 1 z", ":1"],
    ["TYPE s", "+zset"],
  ],
  ranges: [
    ["ZADD z -inf a 1 b 1 c 2.5 d 100 e inf f", ":6"],
    [
      "ZRANGE z 0 -1 WITHSCORES",
      "*12 $1 a $4 -inf $1 b $1 1 $1 c $1 1 $1 d $3 2.5 $1 e $3 100 $1 f $3 inf",
    ],
    ["ZRANGE z 1 2 REV WITHSCORES", "*4 $1 e $3 100 $1 d $3 2.5"],
    ["ZRANGE z -3 -2", "*2 $1 d $1 e"],
    ["ZRANGE z 5 1", "*0"],
    ["ZRANGE z 9 10", "*0"],
    ["ZRANGE z -100 100", "*6 $1 a $1 b $1 c $1 d $1 e $1 f"],
    ["ZREVRANGE z 0 1 WITHSCORES", "*4 $1 f $3 inf $1 e $3 100"],
    ["ZRANGE none 0 -1", "*0"],
    [
      "ZRANGE z 0 -1 LIMIT 0 1",
      "-ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
    ],
    ["ZRANGE z 0 -1 LIMIT 0 -1", "*6 $1 a $1 b $1 c $1 d $1 e $1 f"],
    [
      "ZRANGE z 0 -1 BYLEX WITHSCORES",
      "-ERR syntax error, WITHSCORES not supported in combination with BYLEX",
    ],
    ["ZRANGE z 0 x", "-ERR value is not an integer or out of range"],
    ["ZRANGE z 0 1 BYSCORE BYLEX", "-ERR syntax error"],
    ["ZRANGE z 0 1 BYSCORE REV REV", "-ERR syntax error"],
    ["ZRANGE z 0 1 BYSCORE LIMIT 1", "-ERR syntax error"],
    ["ZRANGE z 0 1 BYSCORE LIMIT x 1", "-ERR value is not an integer or out of range"],
    ["ZRANGE z (1 +inf BYSCORE", "*3 $1 d $1 e $1 f"],
    ["ZRANGE z 1 (100 BYSCORE WITHSCORES", "*6 $1 b $1 1 $1 c $1 1 $1 d $3 2.5"],
    ["ZRANGE z +inf -inf BYSCORE REV LIMIT 1 2 WITHSCORES", "*4 $1 e $3 100 $1 d $3 2.5"],
    ["ZRANGE z -inf +inf BYSCORE LIMIT 4 -1", "*2 $1 e $1 f"],
    ["ZRANGE z -inf +inf BYSCORE LIMIT -1 5", "*0"],
    ["ZRANGE z -inf +inf BYSCORE LIMIT 0 0", "*0"],
    ["ZRANGE z a b BYSCORE", "-ERR min or max is not a float"],
    ["ZRANGE z nan 1 BYSCORE", "-ERR min or max is not a float"],
    ["ZREVRANGEBYSCORE z (100 1 LIMIT 0 2", "*2 $1 d $1 c"],
    ["ZREVRANGEBYSCORE z 1 100", "*0"],
    ["ZRANGEBYSCORE z 1 2.5 WITHSCORES LIMIT 1 5", "*4 $1 c $1 1 $1 d $3 2.5"],
    ["ZRANGEBYSCORE z 1 2.5 REV", "-ERR syntax error"],
    ["ZCOUNT z (1 inf", ":3"],
    ["ZCOUNT z x 1", "-ERR min or max is not a float"],
    ["ZCOUNT none 0 1", ":0"],
    ["ZADD l 0 a 0 b 0 ba 0 c", ":4"],
    ["ZRANGEBYLEX l [a (c", "*3 $1 a $1 b $2 ba"],
    ["ZRANGEBYLEX l - + LIMIT 1 2", "*2 $1 b $2 ba"],
    ["ZRANGEBYLEX l + -", "*0"],
    ["ZRANGEBYLEX l (b [b", "*0"],
    ["ZREVRANGEBYLEX l [ba - LIMIT 0 2", "*2 $2 ba $1 b"],
    ["ZRANGE l + [b BYLEX REV", "*3 $1 c $2 ba $1 b"],
    ["ZRANGEBYLEX l b c", "-ERR min or max not valid string range item"],
    ["ZRANGEBYLEX l [a +x", "-ERR min or max not valid string range item"],
    ["ZLEXCOUNT l [b +", ":3"],
    ["ZLEXCOUNT l - (b", ":1"],
    ["ZLEXCOUNT none - +", ":0"],
    ["ZLEXCOUNT l x +", "-ERR min or max not valid string range item"],
    ["ZRANGESTORE d z 0 1", ":2"],
    ["ZRANGE d 0 -1 WITHSCORES", "*4 $1 a $4 -inf $1 b $1 1"],
    ["ZRANGESTORE d z 2 100 BYSCORE LIMIT 0 1", ":1"],
    ["ZRANGE d 0 -1", "*1 $1 d"],
    ["ZRANGESTORE d l + - BYLEX REV LIMIT 1 1", ":1"],
    ["ZRANGE d 0 -1", "*1 $2 ba"],
    ["ZRANGESTORE d z 0 -1 WITHSCORES", "-ERR syntax error"],
    ["ZRANGESTORE d z 9 10", ":0"],
    ["EXISTS d", ":0"],
    ["ZREMRANGEBYRANK z -1 -1", ":1"],
    ["ZREMRANGEBYRANK z 3 1", ":0"],
    ["ZREMRANGEBYRANK z x 1", "-ERR value is not an integer or out of range"],
    ["ZREMRANGEBYSCORE z (1 100", ":2"],
    ["ZREMRANGEBYSCORE z 5 6", ":0"],
    ["ZREMRANGEBYSCORE z x 6", "-ERR min or max is not a float"],
    ["ZREMRANGEBYLEX l (a (c", ":2"],
    ["ZREMRANGEBYLEX l a b", "-ERR min or max not valid string range item"],
    ["ZRANGE l 0 -1", "*2 $1 a $1 c"],
    ["ZRANGE z 0 -1", "*3 $1 a $1 b $1 c"],
    ["ZREMRANGEBYRANK z 0 -1", ":3"],
    ["EXISTS z", ":0"],
    ["ZREMRANGEBYRANK z 0 -1", ":0"],
  ],
  ends: [
    ["ZADD z 1 a 2 b 3 c 4 d 5 e", ":5"],
    ["ZPOPMIN z", "*2 $1 a $1 1"],
    ["ZPOPMAX z", "*2 $1 e $1 5"],
    ["ZPOPMIN z 0", "*0"],
    ["ZPOPMIN z 2", "*4 $1 b $1 2 $1 c $1 3"],
    ["ZPOPMIN z -1", "-ERR value is out of range, must be positive"],
    ["ZPOPMIN z x", "-ERR value is out of range, must be positive"],
    ["ZPOPMIN z 1 2", "-ERR syntax error"],
    ["ZPOPMAX z 10", "*2 $1 d $1 4"],
    ["EXISTS z", ":0"],
    ["ZPOPMAX z", "*0"],
    ["ZPOPMAX none 5", "*0"],
    ["ZADD y 1 a 2 b 3 c", ":3"],
    ["ZMPOP 2 z y MIN", "*2 $1 y *1 *2 $1 a $1 1"],
    ["ZMPOP 2 z y MAX COUNT 10", "*2 $1 y *2 *2 $1 c $1 3 *2 $1 b $1 2"],
    ["ZMPOP 2 z y MAX", "*-1"],
    ["ZMPOP 0 z MIN", "-ERR numkeys should be greater than 0"],
    ["ZMPOP x z MIN", "-ERR numkeys should be greater than 0"],
    ["ZMPOP 1 z MID", "-ERR syntax error"],
    ["ZMPOP 2 z MIN", "-ERR syntax error"],
    ["ZMPOP 1 z MIN COUNT 0", "-ERR count should be greater than 0"],
    ["ZMPOP 1 z MIN COUNT x", "-ERR count should be greater than 0"],
    ["ZMPOP 1 z MIN COUNT", "-ERR syntax error"],
    ["ZMPOP 1 z MIN COUNT 1 COUNT 2", "-ERR syntax error"],
    ["ZADD x 1 a 2 b 3 c 4 d", ":4"],
    ["BZPOPMIN z x 0", "*3 $1 x $1 a $1 1"],
    ["BZPOPMAX x z 1.5", "*3 $1 x $1 d $1 4"],
    ["BZPOPMAX x x", "-ERR timeout is not a float or out of range"],
    ["BZPOPMIN x -1", "-ERR timeout is negative"],
    ["BZMPOP 0 2 z x MIN COUNT 2", "*2 $1 x *2 *2 $1 b $1 2 *2 $1 c $1 3"],
    ["BZMPOP x 1 z MIN", "-ERR timeout is not a float or out of range"],
    ["BZMPOP 0 0 z MIN", "-ERR numkeys should be greater than 0"],
    ["BZMPOP 0 1 z MID", "-ERR syntax error"],
    ["MULTI", "+OK"],
    ["BZPOPMIN z x 0", "+QUEUED"],
    ["BZMPOP 0 1 z MIN", "+QUEUED"],
    ["EXEC", "*2 *-1 *-1"],
  ],
  "unions, intersections and differences": [
    ["ZADD a 1 x 2 y 3 z", ":3"],
    ["ZADD b 10 y 20 z 30 w", ":3"],
    ["ZUNION 2 a b WITHSCORES", "*8 $1 x $1 1 $1 y $2 12 $1 z $2 23 $1 w $2 30"],
    ["ZUNION 2 a b WEIGHTS 2 0.5 WITHSCORES", "*8 $1 x $1 2 $1 y $1 9 $1 w $2 15 $1 z $2 16"],
    ["ZUNION 2 a b AGGREGATE MIN WITHSCORES", "*8 $1 x $1 1 $1 y $1 2 $1 z $1 3 $1 w $2 30"],
    [
      "ZUNION 2 a b WEIGHTS -1 1 AGGREGATE max WITHSCORES",
      "*8 $1 x $2 -1 $1 y $2 10 $1 z $2 20 $1 w $2 30",
    ],
    ["ZINTER 2 a b WITHSCORES", "*4 $1 y $2 12 $1 z $2 23"],
    ["ZINTER 3 a b none", "*0"],
    ["ZINTER 2 a a WITHSCORES", "*6 $1 x $1 2 $1 y $1 4 $1 z $1 6"],
    ["ZDIFF 2 a b WITHSCORES", "*2 $1 x $1 1"],
    ["ZDIFF 1 none", "*0"],
    ["ZDIFF 2 a a", "*0"],
    ["ZDIFF 2 a none", "*3 $1 x $1 y $1 z"],
    ["ZDIFF 2 a b WEIGHTS 1 1", "-ERR syntax error"],
    ["ZUNION 2 a none", "*3 $1 x $1 y $1 z"],
    ["ZINTERCARD 2 a b", ":2"],
    ["ZINTERCARD 2 a b LIMIT 1", ":1"],
    ["ZINTERCARD 2 a b LIMIT 0", ":2"],
    ["ZINTERCARD 2 a b LIMIT -1", "-ERR LIMIT can't be negative"],
    ["ZINTERCARD 2 a b LIMIT x", "-ERR LIMIT can't be negative"],
    ["ZINTERCARD 2 a b WITHSCORES", "-ERR syntax error"],
    ["ZUNIONSTORE d 2 a b", ":4"],
    ["ZUNIONSTORE d 2 a b WITHSCORES", "-ERR syntax error"],
    ["ZINTERSTORE d 2 a b AGGREGATE SUM WEIGHTS 1 2", ":2"],
    ["ZRANGE d 0 -1 WITHSCORES", "*4 $1 y $2 22 $1 z $2 43"],
    ["ZDIFFSTORE d 2 b a", ":1"],
    ["ZRANGE d 0 -1 WITHSCORES", "*2 $1 w $2 30"],
    ["ZINTERSTORE d 2 a none", ":0"],
    ["EXISTS d", ":0"],
    ["ZUNIONSTORE a 2 a b", ":4"],
    ["ZCARD a", ":4"],
    ["ZUNION 0 a", "-ERR at least 1 input key is needed for 'zunion' command"],
    ["ZUNIONSTORE d 0 a", "-ERR at least 1 input key is needed for 'zunionstore' command"],
    ["ZINTERCARD 0 a", "-ERR at least 1 input key is needed for 'zintercard' command"],
    ["ZUNION x a", "-ERR value is not an integer or out of range"],
    ["ZUNION 3 a b", "-ERR syntax error"],
    ["ZUNION 1 a WEIGHTS", "-ERR syntax error"],
    ["ZUNION 1 a WEIGHTS x", "-ERR weight value is not a float"],
    ["ZUNION 1 a AGGREGATE", "-ERR syntax error"],
    ["ZUNION 1 a AGGREGATE avg", "-ERR syntax error"],
    ["ZADD i inf x", ":1"],
    ["ZADD j -inf x 1 y", ":2"],
    ["ZUNION 2 i j WITHSCORES", "*4 $1 x $1 0 $1 y $1 1"],
    ["ZINTER 2 i j WITHSCORES", "*2 $1 x $1 0"],
    ["ZUNION 1 i WEIGHTS 0 WITHSCORES", "*2 $1 x $1 0"],
    ["ZINTER 2 j i WEIGHTS 1 0 AGGREGATE MIN WITHSCORES", "*2 $1 x $4 -inf"],
  ],
  "random members and scans": [
    ["ZADD z 1 a", ":1"],
    ["ZRANDMEMBER z", "$1 a"],
    ["ZRANDMEMBER z 5", "*1 $1 a"],
    ["ZRANDMEMBER z -2 WITHSCORES", "*4 $1 a $1 1 $1 a $1 1"],
    ["ZRANDMEMBER z 0", "*0"],
    ["ZRANDMEMBER none", "$-1"],
    ["ZRANDMEMBER none 2", "*0"],
    ["ZRANDMEMBER z x", "-ERR value is not an integer or out of range"],
    ["ZRANDMEMBER z 1 x", "-ERR syntax error"],
    ["ZRANDMEMBER z 1 WITHSCORES x", "-ERR syntax error"],
    ["ZRANDMEMBER z 9223372036854775807 WITHSCORES", "-ERR value is out of range"],
    [
      "ZRANDMEMBER z -9223372036854775808",
      "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
    ],
    ["ZADD z 0.1 b 1e17 c inf d 1e30 e", ":4"],
    [
      "ZSCAN z 0",
      "*2 $1 0 *10 $1 b $19 0.10000000000000001 $1 a $1 1 $1 c $18 100000000000000000 $1 e $5 1e+30 $1 d $3 inf",
    ],
    ["ZSCAN z 0 MATCH [ab] COUNT 1", "*2 $1 0 *4 $1 b $19 0.10000000000000001 $1 a $1 1"],
    ["ZSCAN z 0 COUNT 0", "-ERR syntax error"],
    ["ZSCAN z 0 TYPE zset", "-ERR syntax error"],
    ["ZSCAN none 0", "*2 $1 0 *0"],
    ["ZSCAN z x", "-ERR invalid cursor"],
  ],
  "everything in RESP3": [
    ["ZADD z 1 a 2.5 b inf c", ":3"],
    ["ZADD one 1 a", ":1"],
    ["ZADD z INCR 1 a", ",2"],
    ["ZADD z NX INCR 1 a", "_"],
    ["ZSCORE z b", ",2.5"],
    ["ZSCORE z none", "_"],
    ["ZMSCORE z c none", "*2 ,inf _"],
    ["ZINCRBY z 0.1 b", ",2.6000000000000001"],
    ["ZRANGE z 0 -1 WITHSCORES", "*3 *2 $1 a ,2 *2 $1 b ,2.6000000000000001 *2 $1 c ,inf"],
    ["ZRANGE z 0 -1", "*3 $1 a $1 b $1 c"],
    ["ZRANGE z +inf 2.3 BYSCORE REV WITHSCORES", "*2 *2 $1 c ,inf *2 $1 b ,2.6000000000000001"],
    ["ZREVRANGE z 0 0 WITHSCORES", "*1 *2 $1 c ,inf"],
    ["ZRANGEBYSCORE z 2 3 WITHSCORES", "*2 *2 $1 a ,2 *2 $1 b ,2.6000000000000001"],
    ["ZUNION 1 z WITHSCORES", "*3 *2 $1 a ,2 *2 $1 b ,2.6000000000000001 *2 $1 c ,inf"],
    ["ZUNION 1 z", "*3 $1 a $1 b $1 c"],
    ["ZDIFF 2 z none WITHSCORES", "*3 *2 $1 a ,2 *2 $1 b ,2.6000000000000001 *2 $1 c ,inf"],
    ["ZRANDMEMBER one -1 WITHSCORES", "*1 *2 $1 a ,1"],
    ["ZRANK z none", "_"],
    ["ZSCAN z 0", "*2 $1 0 *6 $1 a $1 2 $1 b $18 2.6000000000000001 $1 c $3 inf"],
    ["ZPOPMIN z", "*2 $1 a ,2"],
    ["ZPOPMIN z 1", "*1 *2 $1 b ,2.6000000000000001"],
    ["ZMPOP 1 z MAX", "*2 $1 z *1 *2 $1 c ,inf"],
    ["ZMPOP 1 z MAX", "_"],
    ["ZADD z 1 a 2 b", ":2"],
    ["BZPOPMIN z 0", "*3 $1 z $1 a ,1"],
    ["BZMPOP 0 1 z MIN", "*2 $1 z *1 *2 $1 b ,2"],
    ["MULTI", "+OK"],
    ["BZPOPMIN z 0", "+QUEUED"],
    ["EXEC", "*1 _"],
  ],
};

describe("replies of sorted sets", () => {
  for (const [name, dialogue] of Object.entries(dialogues)) {
    it(`are Redis's: ${name}`, () => {
      const node = new TestExecutor();
      if (name.endsWith("RESP3")) node.ask("HELLO 3");
      for (const [request, reply] of dialogue) {
        expect([request, node.ask(request).replaceAll("\r\n", " ").trim()]).toEqual([
          request,
          reply,
        ]);
      }
      expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
    });
  }
});

describe("sorted sets", () => {
  it("log nothing where nothing changes", () => {
    const node = new TestExecutor();
    node.ask("ZADD z 1 a 2 b");
    const requests = [
      "ZADD z 1 a",
      "ZADD z NX 5 a",
      "ZADD z GT 0 a",
      "ZADD none XX 1 a",
      "ZINCRBY z 0 a",
      "ZREM z none",
      "ZREMRANGEBYSCORE z 5 9",
      "ZREMRANGEBYRANK z 2 9",
      "ZPOPMIN z 0",
      "ZUNIONSTORE none 1 empty",
      "ZADD z nan a",
    ];
    const logged = requests.filter((request) => {
      const { record } = node.execute(request.split(" "));
      return record !== undefined;
    });
    expect(logged).toEqual([]);
  });

  it("make the same on a replica, whatever its limits, signs of zeros included", () => {
    const node = new TestExecutor();
    node.applied.limits.zsetMaxListpackEntries = 0;
    const shown = (of: typeof node.applied): string[] => {
      const value = of.get(0).get("z");
      const found: string[] = [];
      if (value instanceof ZsetValue) {
        value.visit(0, value.size, (member, score) => {
          found.push(`${member} ${Object.is(score, -0) ? "-0" : String(score)}`);
        });
      }
      return found;
    };
    node.ask("ZADD z -0 a 1 b");
    expect(shown(node.databases)).toEqual(["a 0", "b 1"]);
    expect(shown(node.applied)).toEqual(["a 0", "b 1"]);
    node.databases.limits.zsetMaxListpackEntries = 2;
    node.ask("ZADD z -0 c");
    node.ask("ZREM z b");
    expect(shown(node.databases)).toEqual(["a 0", "c -0"]);
    expect(shown(node.applied)).toEqual(["a 0", "c -0"]);
    node.ask("ZUNIONSTORE z 1 z");
    expect(shown(node.databases)).toEqual(["a 0", "c 0"]);
    expect(shown(node.applied)).toEqual(["a 0", "c 0"]);
  });

  it("take the deadline away where a result is stored, and keep it where members change", () => {
    const node = new TestExecutor();
    node.ask("ZADD z 1 a 2 b");
    node.ask("EXPIRE z 100");
    node.ask("ZADD z 3 c");
    node.ask("ZPOPMIN z");
    expect(node.ask("TTL z")).toBe(":100\r\n");
    node.ask("ZUNIONSTORE z 1 z");
    expect(node.ask("TTL z")).toBe(":-1\r\n");
  });

  it("wait for a member, and say for which keys and how long", () => {
    const node = new TestExecutor();
    const waits = (line: string): unknown => node.execute(line.split(" ")).blocked;
    const forKeys = { type: "zset", refusal: "nullArray" };
    expect(waits("BZPOPMIN a b 1.5")).toEqual({ ...forKeys, keys: ["a", "b"], timeoutMs: 1500 });
    expect(waits("BZMPOP 0 2 a b MAX COUNT 3")).toEqual({
      ...forKeys,
      keys: ["a", "b"],
      timeoutMs: 0,
    });
    node.ask("ZADD b 1 x");
    expect(waits("BZPOPMAX a b 0")).toBeUndefined();
  });

  it("draw every member about as often as any other", () => {
    const node = new TestExecutor();
    for (const limit of [128, 0]) {
      node.ask("DEL z");
      node.databases.limits.zsetMaxListpackEntries = limit;
      for (let index = 0; index < 20; index++) node.ask(`ZADD z ${index} m${index}`);
      const drawn = node.ask("ZRANDMEMBER z -4000").match(/m\d+/g) ?? [];
      const counts = new Map<string, number>();
      for (const member of drawn) counts.set(member, (counts.get(member) ?? 0) + 1);
      expect(counts.size).toBe(20);
      expect(Math.min(...counts.values())).toBeGreaterThan(140);
      expect(Math.max(...counts.values())).toBeLessThan(260);
      const seven = node.ask("ZRANDMEMBER z 7").match(/m\d+/g) ?? [];
      expect(new Set(seven).size).toBe(7);
    }
  });

  it("are scanned whole, each member with its score", () => {
    const node = new TestExecutor();
    for (let index = 0; index < 300; index++) node.ask(`ZADD z ${index}.5 m${index}`);
    const seen = new Set<string>();
    let cursor = "0";
    do {
      const words = node.ask(`ZSCAN z ${cursor} COUNT 20`).split("\r\n");
      cursor = words[2] ?? "";
      for (let at = 5; at + 2 < words.length; at += 4) seen.add(`${words[at]} ${words[at + 2]}`);
    } while (cursor !== "0");
    expect(seen.size).toBe(300);
    expect(seen.has("m17 17.5")).toBe(true);
  });

  it("tell of what happens to them by Redis's names", () => {
    const node = new TestExecutor();
    node.isClusterMode = false;
    node.ask("CONFIG SET notify-keyspace-events Ezg");
    node.ask("PSUBSCRIBE *", 2);
    const told = (line: string): string => {
      const { pushes } = node.execute(line.split(" "));
      const texts = pushes.map(({ bytes }) => latin1Of(bytes));
      return texts
        .map((text) => text.split("\r\n"))
        .map((words) => `${words[6]?.replace("__keyevent@0__:", "")} ${words[8]}`)
        .join(", ");
    };
    const expected = [
      ["ZADD z 1 a 2 b", "zadd z"],
      ["ZADD z 1 a", ""],
      ["ZADD z INCR 1 a", "zincr z"],
      ["ZINCRBY z 1 b", "zincr z"],
      ["ZREM z none", ""],
      ["ZUNIONSTORE d 1 z", "zunionstore d"],
      ["ZINTERSTORE d 1 z", "zinterstore d"],
      ["ZDIFFSTORE d 1 z", "zdiffstore d"],
      ["ZRANGESTORE d z 0 -1", "zrangestore d"],
      ["ZDIFFSTORE d 2 z z", "del d"],
      ["ZPOPMIN z", "zpopmin z"],
      ["ZPOPMAX z", "zpopmax z, del z"],
      ["ZADD z 1 a 2 b 3 c 4 d", "zadd z"],
      ["ZREMRANGEBYRANK z 0 0", "zremrangebyrank z"],
      ["ZREMRANGEBYSCORE z 2 2", "zremrangebyscore z"],
      ["ZREMRANGEBYLEX z [c [c", "zremrangebylex z"],
      ["ZREM z d", "zrem z, del z"],
      ["ZADD z 1 a", "zadd z"],
      ["BZMPOP 0 1 z MIN COUNT 9", "zpopmin z, del z"],
    ];
    expect(expected.map(([line = ""]) => [line, told(line)])).toEqual(expected);
  });
});
