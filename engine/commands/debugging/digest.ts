/**
 * DEBUG DIGEST and DIGEST-VALUE: the same 40 hexadecimal digits that Redis gives the same data. What has no order is brought in by
 * exclusive or, what has one by hashing the digest so far with it.
 */
import { latin1Bytes } from "../../bytes/latin1.ts";
import { hexadecimal, sha1 } from "../../bytes/sha1.ts";
import type { Databases } from "../../keyspace/databases.ts";
import { NEVER, type Keyspace } from "../../keyspace/keyspace.ts";
import { isOfType, typeOf, type Value, type ValueType } from "../../keyspace/value.ts";
import { GREATEST_ID, LEAST_ID, wordOfId, type StreamId } from "../../keyspace/values/streamId.ts";
import { doubleText } from "../../structures/doubleText.ts";

const DIGEST_BYTES = 20;

/** Redis's numbers of the types. */
const numbers: Readonly<Record<ValueType, number>> = {
  string: 0,
  list: 1,
  set: 2,
  zset: 3,
  hash: 4,
  stream: 6,
};

/** Of all databases; 40 zeros if there is no key. */
export function digestOfAll(databases: Databases): string {
  const digest = new Uint8Array(DIGEST_BYTES);
  for (const keyspace of databases.used) {
    if (keyspace.size === 0) continue;
    mix(digest, numberBytes(keyspace.database));
    keyspace.forEach((key, value, expireAtUnixMs) => {
      const ofKey = new Uint8Array(DIGEST_BYTES);
      mix(ofKey, latin1Bytes(key));
      mixValue(ofKey, value, expireAtUnixMs);
      combine(digest, ofKey);
    });
  }
  return hexadecimal(digest);
}

/** Of one key's value and whether it has a deadline; 40 zeros if the key is absent. */
export function digestOfValue(keyspace: Keyspace, key: string): string {
  const digest = new Uint8Array(DIGEST_BYTES);
  const value = keyspace.get(key);
  if (value !== undefined) mixValue(digest, value, keyspace.deadlineOf(key));
  return hexadecimal(digest);
}

function mixValue(digest: Uint8Array, value: Value, expireAtUnixMs: number): void {
  mix(digest, numberBytes(numbers[typeOf(value)]));
  const mixText = (text: string): void => mix(digest, latin1Bytes(text));
  if (isOfType(value, "string")) {
    mixText(value.slice(0, value.length));
  } else if (isOfType(value, "list")) {
    value.forEach(0, value.length, mixText);
  } else if (isOfType(value, "set")) {
    value.forEach((member) => combine(digest, latin1Bytes(member)));
  } else if (isOfType(value, "hash")) {
    value.forEach((field, its) => combine(digest, digestOfPair(field, its)));
  } else if (isOfType(value, "zset")) {
    value.visit(0, value.size, (member, score) => {
      combine(digest, digestOfPair(member, doubleText(score)));
    });
  } else if (isOfType(value, "stream")) {
    value.visit(LEAST_ID, GREATEST_ID, ({ id, items }) => {
      mixText(`${partOf(id, 0)}.${partOf(id, 2)}`);
      items.forEach(mixText);
      return true;
    });
  }
  if (expireAtUnixMs !== NEVER) combine(digest, latin1Bytes("!!expire!!"));
}

function digestOfPair(first: string, second: string): Uint8Array {
  const digest = new Uint8Array(DIGEST_BYTES);
  mix(digest, latin1Bytes(first));
  mix(digest, latin1Bytes(second));
  return digest;
}

function partOf(id: StreamId, word: 0 | 2): string {
  const low = word === 0 ? 1 : 3;
  return String(BigInt(wordOfId(id, word)) * 4294967296n + BigInt(wordOfId(id, low)));
}

/** Brings data in whose order does not matter. */
function combine(digest: Uint8Array, data: Uint8Array): void {
  const hash = sha1(data);
  for (let index = 0; index < DIGEST_BYTES; index++) {
    digest[index] = (digest[index] as number) ^ (hash[index] as number);
  }
}

/** Brings data in whose order matters. */
function mix(digest: Uint8Array, data: Uint8Array): void {
  combine(digest, data);
  digest.set(sha1(digest));
}

function numberBytes(number: number): Uint8Array {
  return Uint8Array.of(number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255);
}
