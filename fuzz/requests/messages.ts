/** What is asked of channels and of keyspace notifications. */
import * as fc from "fast-check";

const channel = fc.constantFrom("{k}x", "{k}y", "__keyevent@0__:set", "__keyspace@0__:{k}a");
const shardChannel = fc.constantFrom("{k}x", "{k}y");

export const messageValuesByName: Readonly<Record<string, fc.Arbitrary<string>>> = {
  channel,
  shardchannel: shardChannel,
  message: fc.constantFrom("m", "", "a\r\nb\xff"),
};

/** Who listens to all that is told of keys, and how much of it is told. */
export const messageStories: fc.Arbitrary<readonly string[]> = fc.oneof(
  fc.constantFrom(["PSUBSCRIBE", "__key*"], ["PUNSUBSCRIBE", "__key*"], ["PSUBSCRIBE", "{k}?"]),
  fc
    .constantFrom("KEA", "KEmng$lshzxet", "Kg$", "Elshzxet", "AK", "")
    .map((classes) => ["CONFIG", "SET", "notify-keyspace-events", classes]),
  channel.map((name) => ["SUBSCRIBE", name]),
  fc.constantFrom(["UNSUBSCRIBE"], ["PUNSUBSCRIBE"], ["SUNSUBSCRIBE"], ["RESET"]),
);
