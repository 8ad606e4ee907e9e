/** Places: replies word for word, as redis-server 7.0.15 gives them. */
import { describe, expect, it } from "vitest";
import { TestExecutor } from "./testExecutor.ts";

type Dialogue = readonly (readonly [request: string, reply: string])[];

/** Each is one connection to an empty node. Line ends of replies are shown as blanks. */
const dialogues: Readonly<Record<string, Dialogue>> = {
  places: [
    ["GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania", ":2"],
    ["GEOADD g 13.361389 38.115556 Palermo", ":0"],
    ["GEOADD g CH 13.361389 38.2 Palermo", ":1"],
    ["GEOADD g NX 1 1 Palermo 2.349014 48.864716 Paris", ":1"],
    ["GEOADD g XX CH 13.361389 38.115556 Palermo 1 1 none", ":1"],
    ["GEOADD g NX XX 1 1 a", "-ERR syntax error"],
    ["GEOADD g 1 1 a 2", "-ERR syntax error"],
    ["GEOADD g NX CH CH", "-ERR syntax error"],
    ["GEOADD g x 1 a", "-ERR value is not a valid float"],
    ["GEOADD g 1 nan a", "-ERR value is not a valid float"],
    ["GEOADD g 181 1 a", "-ERR invalid longitude,latitude pair 181.000000,1.000000"],
    ["GEOADD g 1 -85.06 a", "-ERR invalid longitude,latitude pair 1.000000,-85.060000"],
    [
      "GEOADD g -1e300 inf a",
      "-ERR invalid longitude,latitude pair -1000000000000000052504760255204420248704468581108159154915854115511802457988908195786371375080447864043704443832883878176942523235360430575644792184786706982848387200926575803737830233794788090059368953234970799945081119038967640880074652742780142494579258788820056842838115669472196386865459400540160.000000,inf",
    ],
    ["GEOADD g INCR 1 a", "-ERR value is not a valid float"],
    ["GEOADD edge 180 85.05112878 ne -180 -85.05112878 sw 0 0 zero 180 0 e", ":4"],
    [
      "ZRANGE edge 0 -1 WITHSCORES",
      "*8 $2 sw $1 0 $4 zero $16 3377699720527872 $1 e $17 10133099161583616 $2 ne $17 13510798882111488",
    ],
    [
      "GEOPOS edge ne sw zero e none",
      "*5 *2 $3 180 $19 85.0511287799999991 *2 $22 -179.99999731779098511 $21 -85.05112751263942528 *2 $19 0.00000268220901489 $19 0.00000126736058093 *2 $3 180 $19 0.00000126736058093 *-1",
    ],
    [
      "GEOHASH edge ne sw zero e none",
      "*5 $11 bp05b5048p0 $11 00bh0hbj200 $11 s0000000000 $11 80000000000 $-1",
    ],
    ["ZSCORE g Palermo", "$16 3479099956230698"],
    [
      "GEOPOS g Palermo none Catania",
      "*3 *2 $20 13.36138933897018433 $20 38.11555639549629859 *-1 *2 $20 15.08726745843887329 $20 37.50266842333162032",
    ],
    ["GEOPOS none a", "*1 *-1"],
    ["GEOPOS g", "*0"],
    ["GEOHASH g Palermo Catania none", "*3 $11 sqc8b49rny0 $11 sqdtr74hyu0 $-1"],
    ["GEOHASH none a", "*1 $-1"],
    ["GEODIST g Palermo Catania", "$11 166274.1516"],
    ["GEODIST g Palermo Catania km", "$8 166.2742"],
    ["GEODIST g Palermo Catania MI", "$8 103.3182"],
    ["GEODIST g Palermo Catania ft", "$11 545518.8700"],
    ["GEODIST g Palermo Palermo", "$6 0.0000"],
    ["GEODIST g Palermo Paris m", "$12 1486391.4204"],
    ["GEODIST g Palermo none", "$-1"],
    ["GEODIST none a b", "$-1"],
    ["GEODIST g Palermo Catania yd", "-ERR unsupported unit provided. please use M, KM, FT, MI"],
    ["GEODIST none a b yd", "-ERR unsupported unit provided. please use M, KM, FT, MI"],
    ["GEODIST g Palermo Catania m x", "-ERR syntax error"],
    ["GEODIST edge e zero", "$13 20020733.6202"],
    ["ZADD odd -1 a 3.7 b 1e19 c -inf d inf e", ":5"],
    [
      "GEOPOS odd a b c d e",
      "*5 *2 $3 180 $19 85.0511287799999991 *2 $22 -179.99999195337295532 $21 -85.05112497791824921 *2 $3 180 $19 85.0511287799999991 *2 $3 180 $21 -85.05112751263942528 *2 $22 -179.99999731779098511 $21 -85.05112751263942528",
    ],
    ["SET s v", "+OK"],
    ["GEOADD s 1 1 a", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["GEOADD s 1 x a", "-ERR value is not a valid float"],
    ["GEODIST s a b", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["GEOPOS s a", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["GEOHASH s a", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["GEORADIUS s x 1 1 m", "-WRONGTYPE Operation against a key holding the wrong kind of value"],
    ["GEOSEARCH s x", "-ERR wrong number of arguments for 'geosearch' command"],
  ],
  searches: [
    [
      "GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania 2.349014 48.864716 Paris 13.583333 37.316667 Agrigento",
      ":4",
    ],
    ["GEORADIUS g 15 37 200 km", "*3 $9 Agrigento $7 Palermo $7 Catania"],
    [
      "GEORADIUS g 15 37 200 km WITHDIST WITHCOORD WITHHASH DESC",
      "*3 *4 $7 Palermo $8 190.4424 :3479099956230698 *2 $20 13.36138933897018433 $20 38.11555639549629859 *4 $9 Agrigento $8 130.4235 :3479030013248308 *2 $19 13.5833314061164856 $20 37.31666804993816555 *4 $7 Catania $7 56.4413 :3479447370796909 *2 $20 15.08726745843887329 $20 37.50266842333162032",
    ],
    ["GEORADIUS g 15 37 200 km COUNT 1 WITHDIST", "*1 *2 $7 Catania $7 56.4413"],
    ["GEORADIUS g 15 37 2000 km COUNT 2 DESC", "*2 $5 Paris $7 Palermo"],
    ["GEORADIUS g 15 37 2000 km COUNT 2 ANY", "*2 $9 Agrigento $7 Palermo"],
    ["GEORADIUS g 15 37 2000 km ANY", "-ERR the ANY argument requires COUNT argument"],
    ["GEORADIUS g 15 37 1 m", "*0"],
    ["GEORADIUS g 15 37 200 km COUNT 0", "-ERR COUNT must be > 0"],
    ["GEORADIUS g 15 37 200 km COUNT x", "-ERR value is not an integer or out of range"],
    ["GEORADIUS g 15 37 200 km COUNT", "-ERR syntax error"],
    ["GEORADIUS g 15 37 x km", "-ERR need numeric radius"],
    ["GEORADIUS g 15 37 -1 km", "-ERR radius cannot be negative"],
    ["GEORADIUS g 15 37 1 yd", "-ERR unsupported unit provided. please use M, KM, FT, MI"],
    ["GEORADIUS g 200 37 1 km", "-ERR invalid longitude,latitude pair 200.000000,37.000000"],
    ["GEORADIUS g x 37 1 km", "-ERR value is not a valid float"],
    ["GEORADIUS g 15 37 200 km JUNK", "-ERR syntax error"],
    ["GEORADIUS none 15 37 200 km", "*0"],
    ["GEORADIUS none 15 37 200 yd", "-ERR unsupported unit provided. please use M, KM, FT, MI"],
    ["GEORADIUS g 15 37 200 km STORE d", ":3"],
    [
      "ZRANGE d 0 -1 WITHSCORES",
      "*6 $9 Agrigento $16 3479030013248308 $7 Palermo $16 3479099956230698 $7 Catania $16 3479447370796909",
    ],
    ["GEORADIUS g 15 37 200 km STOREDIST d COUNT 2", ":2"],
    ["ZCARD d", ":2"],
    [
      "GEORADIUS g 15 37 200 km STORE d WITHDIST",
      "-ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD options",
    ],
    ["GEORADIUS g 15 37 1 m STORE d", ":0"],
    ["EXISTS d", ":0"],
    ["GEORADIUS g 15 37 200 km STORE", "-ERR syntax error"],
    ["GEORADIUS none 15 37 200 km STORE d", ":0"],
    ["GEORADIUS_RO g 15 37 200 km ASC", "*3 $7 Catania $9 Agrigento $7 Palermo"],
    ["GEORADIUS_RO g 15 37 200 km STORE d", "-ERR syntax error"],
    ["GEORADIUSBYMEMBER g Agrigento 100 km", "*2 $9 Agrigento $7 Palermo"],
    [
      "GEORADIUSBYMEMBER g Agrigento 100 mi WITHDIST",
      "*3 *2 $9 Agrigento $6 0.0000 *2 $7 Palermo $7 56.5311 *2 $7 Catania $7 83.5558",
    ],
    ["GEORADIUSBYMEMBER g none 100 km", "-ERR could not decode requested zset member"],
    ["GEORADIUSBYMEMBER none a x yd", "*0"],
    ["GEORADIUSBYMEMBER none a x yd JUNK", "-ERR syntax error"],
    ["GEORADIUSBYMEMBER none a 1 m STORE d", ":0"],
    ["GEORADIUSBYMEMBER g Agrigento 100 km STORE d", ":2"],
    ["GEORADIUSBYMEMBER_RO g Agrigento 100 km COUNT 1", "*1 $9 Agrigento"],
    ["GEORADIUSBYMEMBER_RO g Agrigento 100 km STORE d", "-ERR syntax error"],
    ["GEOSEARCH g FROMMEMBER Palermo BYRADIUS 200 km ASC", "*3 $7 Palermo $9 Agrigento $7 Catania"],
    [
      "GEOSEARCH g FROMLONLAT 15 37 BYBOX 400 400 km ASC WITHDIST",
      "*3 *2 $7 Catania $7 56.4413 *2 $9 Agrigento $8 130.4235 *2 $7 Palermo $8 190.4424",
    ],
    [
      "GEOSEARCH g FROMLONLAT 15 37 BYBOX 400 200 km DESC WITHCOORD WITHHASH",
      "*2 *3 $9 Agrigento :3479030013248308 *2 $19 13.5833314061164856 $20 37.31666804993816555 *3 $7 Catania :3479447370796909 *2 $20 15.08726745843887329 $20 37.50266842333162032",
    ],
    [
      "GEOSEARCH g BYBOX 4000 4000 km FROMMEMBER Paris COUNT 3",
      "*3 $5 Paris $7 Palermo $9 Agrigento",
    ],
    ["GEOSEARCH g FROMMEMBER none BYRADIUS 1 km", "-ERR could not decode requested zset member"],
    ["GEOSEARCH g FROMMEMBER Palermo FROMLONLAT 1 1 BYRADIUS 1 km", "-ERR syntax error"],
    ["GEOSEARCH g FROMMEMBER Palermo FROMMEMBER Paris BYRADIUS 1 km", "*1 $5 Paris"],
    ["GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 km BYBOX 1 1 km", "-ERR syntax error"],
    [
      "GEOSEARCH g BYRADIUS 1 km COUNT 1 ASC",
      "-ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for GEOSEARCH",
    ],
    [
      "geosearch g FROMMEMBER Palermo COUNT 1 ASC ASC",
      "-ERR exactly one of BYRADIUS and BYBOX can be specified for geosearch",
    ],
    ["GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 km STOREDIST", "-ERR syntax error"],
    ["GEOSEARCH g FROMMEMBER Palermo BYBOX x 1 km", "-ERR need numeric width"],
    ["GEOSEARCH g FROMMEMBER Palermo BYBOX 1 x km", "-ERR need numeric height"],
    ["GEOSEARCH g FROMMEMBER Palermo BYBOX 1 -1 km", "-ERR height or width cannot be negative"],
    [
      "GEOSEARCH g FROMMEMBER Palermo BYBOX 1 1 yd",
      "-ERR unsupported unit provided. please use M, KM, FT, MI",
    ],
    [
      "GEOSEARCH g FROMLONLAT 1 1 BYRADIUS 1 km ANY",
      "-ERR the ANY argument requires COUNT argument",
    ],
    ["GEOSEARCH none FROMMEMBER a BYRADIUS 1 km", "*0"],
    ["GEOSEARCH none FROMLONLAT x 1 BYRADIUS 1 km", "-ERR value is not a valid float"],
    ["GEOSEARCHSTORE d g FROMMEMBER Palermo BYRADIUS 200 km", ":3"],
    ["ZRANGE d 0 -1", "*3 $9 Agrigento $7 Palermo $7 Catania"],
    ["GEOSEARCHSTORE d g FROMLONLAT 15 37 BYBOX 400 400 km STOREDIST COUNT 1 ASC", ":1"],
    ["ZCARD d", ":1"],
    [
      "GEOSEARCHSTORE d g FROMLONLAT 15 37 BYBOX 400 400 km WITHDIST",
      "-ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options",
    ],
    ["GEOSEARCHSTORE d g FROMLONLAT 15 37 BYBOX 400 400 km STORE x", "-ERR syntax error"],
    ["GEOSEARCHSTORE d none FROMMEMBER a BYRADIUS 1 km", ":0"],
    ["EXISTS d", ":0"],
    ["GEOADD same 1 1 a 1 1 b 1 1 c 1 1 d 1 1 e 1 1 f 1 1 g 1 1 h 1 1 i 1 1 j", ":10"],
    ["GEORADIUS same 1 1 1 km COUNT 3", "*3 $1 j $1 b $1 c"],
    ["GEORADIUS same 1 1 1 km COUNT 4 DESC", "*4 $1 j $1 b $1 c $1 d"],
    ["GEORADIUS same 1 1 1 km ASC", "*10 $1 a $1 b $1 c $1 d $1 e $1 f $1 g $1 h $1 i $1 j"],
  ],
  "searches over the map's edges": [
    ["GEOADD w 0 0 o 90 0 e -90 0 w 179.9 10 fe -179.9 10 fw 0 85 n 0 -85 s 180 0 edge", ":8"],
    ["GEORADIUS w 0 0 20000 km ASC", "*7 $1 o $1 n $1 s $1 w $1 e $2 fe $2 fw"],
    ["GEORADIUS w 0 0 30000 km", "*7 $1 o $1 n $1 e $2 fe $1 s $2 fw $1 w"],
    ["GEORADIUS w 180 10 500 km WITHDIST ASC", "*1 *2 $2 fe $7 10.9537"],
    ["GEORADIUS w -179.95 10 50 km", "*2 $2 fw $2 fe"],
    ["GEORADIUS w 0 84 2000 km ASC WITHDIST", "*1 *2 $1 n $8 111.2263"],
    ["GEOSEARCH w FROMLONLAT 0 85 BYBOX 4000 4000 km ASC", "*1 $1 n"],
    ["GEOSEARCH w FROMLONLAT 179 10 BYBOX 400 4000 km ASC", "*2 $2 fe $2 fw"],
    ["GEOSEARCH w FROMLONLAT 0 0 BYRADIUS inf m ASC", "*7 $1 o $1 n $1 s $1 w $1 e $2 fe $2 fw"],
    ["GEORADIUS w 90 0 0 m", "*0"],
  ],
  "everything in RESP3": [
    ["GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania", ":2"],
    ["GEOPOS g Palermo none", "*2 *2 ,13.36138933897018433 ,38.11555639549629859 _"],
    ["GEODIST g Palermo Catania", "$11 166274.1516"],
    ["GEODIST g Palermo none", "_"],
    ["GEOHASH g none", "*1 _"],
    [
      "GEORADIUS g 15 37 200 km WITHDIST WITHCOORD WITHHASH ASC",
      "*2 *4 $7 Catania $7 56.4413 :3479447370796909 *2 ,15.08726745843887329 ,37.50266842333162032 *4 $7 Palermo $8 190.4424 :3479099956230698 *2 ,13.36138933897018433 ,38.11555639549629859",
    ],
    ["GEORADIUS g 15 37 200 km STOREDIST d", ":2"],
  ],
};

describe("replies of places", () => {
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
