/** What the workloads ask of a client library, each of which answers in its own way. */

/** Latin1 texts. A hash's, set's or stream's own words are arguments like any other. */
export interface Answers {
  /** GET key */
  get(key: string): Promise<string | null>;
  /** SET key value */
  set(key: string, value: string): Promise<unknown>;
  /** INCR key */
  increment(key: string): Promise<number>;
  /** HGET key field */
  hashGet(key: string, field: string): Promise<string | null>;
  /** HSET key field value */
  hashSet(key: string, field: string, value: string): Promise<unknown>;
  /** HINCRBY key field 1 */
  hashIncrement(key: string, field: string): Promise<number>;
  /** ZSCORE key member */
  score(key: string, member: string): Promise<number | null>;
  /** ZADD key score member */
  scoreSet(key: string, member: string, score: number): Promise<unknown>;
  /** ZINCRBY key 1 member */
  scoreIncrement(key: string, member: string): Promise<number>;
  /** RPUSH key value */
  push(key: string, value: string): Promise<unknown>;
  /** LRANGE key 0 -1 */
  list(key: string): Promise<string[]>;
  /** XADD key * token value */
  add(key: string, value: string): Promise<unknown>;
  /** XRANGE key - +: the values. */
  entries(key: string): Promise<string[]>;
  /** MULTI, RPUSH own value, LRANGE other 0 -1, EXEC: what the other list held. */
  exchange(own: string, value: string, other: string): Promise<string[]>;
  /** BLPOP key 1 */
  pop(key: string): Promise<string | null>;
  /** PUBLISH channel message */
  publish(channel: string, message: string): Promise<unknown>;
}

export interface Library extends Answers {
  /** Calls with every message of the channel from now on, whatever becomes of connections. */
  listen(channel: string, heard: (message: string) => void): Promise<void>;
  close(): Promise<void>;
}

/** An answer by which the request was surely not executed. Every other rejection leaves that open. */
export class Refused extends Error {}

/** How a library treats a request whose connection broke before the answer. */
export type Repeats = "as it likes" | "never";

export interface LibraryKind {
  readonly name: string;
  /**
   * With the settings of examples/clients that shorten an outage. `endpoints`: a node of each zone. `repeats`: "never" where each request
   * of the history must be sent at most once.
   */
  open(endpoints: readonly Endpoint[], repeats: Repeats): Promise<Library>;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}
