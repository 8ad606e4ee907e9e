/** What a key of the load holds, and what its commands answer: the specification that the history is judged by. */
import { must } from "../../engine/assert.ts";
import type { Specification } from "../../sim/checker/specification.ts";

/** Commands on one key (or on the keys of a transaction, which only go together), all at once. */
export interface Asked {
  readonly key: string;
  readonly requests: readonly (readonly string[])[];
  readonly isRead: boolean;
}

/** By the name of a key: text, a list, pairs in the order of their first element. Absent if it was never written. */
type State = Readonly<Record<string, string | readonly string[] | readonly (readonly string[])[]>>;

export const keyModel: Specification<Asked, readonly string[], State> = {
  initial: {},
  keyOf: ({ key }) => key,
  isRead: ({ isRead }) => isRead,
  step: (state, { requests }, output) => {
    let held = state;
    for (const [index, argv] of requests.entries()) {
      const [after, reply] = applied(held, argv);
      if (output !== undefined && output[index] !== reply) return undefined;
      held = after;
    }
    return held;
  },
  sayInput: ({ requests }) => requests.map((argv) => argv.join(" ").slice(0, 80)).join("; "),
  sayState: (state) => JSON.stringify(state).slice(0, 2000),
};

/** A value as each kind of command takes it, and what it leaves behind with what it answers. */
type Command = (
  held: { readonly text: string | null; readonly list: readonly string[]; readonly pairs: Pairs },
  argv: readonly string[],
) => readonly [State[string] | undefined, string];

/** Undefined in place of a value: nothing changes. */
const commands: Readonly<Record<string, Command>> = {
  SET: (_held, [, , value = ""]) => [value, "+OK\r\n"],
  APPEND: ({ text }, [, , value = ""]) => {
    const longer = (text ?? "") + value;
    return [longer, integer(longer.length)];
  },
  GET: ({ text }) => [undefined, bulk(text)],
  INCR: ({ text }) => {
    const next = Number(text ?? "0") + 1;
    return [String(next), integer(next)];
  },
  RPUSH: ({ list }, [, , value = ""]) => [[...list, value], integer(list.length + 1)],
  LPOP: ({ list }) => [list.slice(1), bulk(list[0] ?? null)],
  LRANGE: ({ list }) => [undefined, array(list.map(bulk))],
  SADD: ({ list }, [, , member = ""]) => [[...list, member], integer(1)],
  SORT: ({ list }) => [undefined, array(list.toSorted().map(bulk))],
  HSET: ({ pairs }, [, , field = "", value = ""]) => [
    withPair(pairs, field, value),
    integer(has(pairs, field) ? 0 : 1),
  ],
  HDEL: ({ pairs }, [, , field = ""]) => [
    without(pairs, field),
    integer(has(pairs, field) ? 1 : 0),
  ],
  HMGET: ({ pairs }, argv) => [
    undefined,
    array(argv.slice(2).map((field) => bulk(valueOf(pairs, field)))),
  ],
  ZADD: ({ pairs }, [, , score = "", member = ""]) => [withPair(pairs, member, score), integer(1)],
  ZRANGE: ({ pairs }) => [
    undefined,
    array(byScore(pairs).flatMap(([member, score]) => [bulk(member), bulk(score)])),
  ],
  XADD: ({ pairs }, [, , id = "", , value = ""]) => {
    const last = pairs.at(-1)?.[0];
    if (last !== undefined && order(id) <= order(last)) return [undefined, TOO_SMALL];
    return [[...pairs, [id, value]], bulk(id)];
  },
  XRANGE: ({ pairs }) => [
    undefined,
    array(pairs.map(([id, value]) => array([bulk(id), array([bulk("f"), bulk(value)])]))),
  ],
};

function applied(state: State, argv: readonly string[]): [State, string] {
  const [name = "", key = ""] = argv;
  const value = state[key];
  const held = {
    text: (value ?? null) as string | null,
    list: (value ?? []) as readonly string[],
    pairs: (value ?? []) as Pairs,
  };
  const [after, reply] = must(commands[name], `a command ${name} of the model`)(held, argv);
  return [after === undefined ? state : { ...state, [key]: after }, reply];
}

type Pairs = readonly (readonly [string, string])[];

const TOO_SMALL =
  "-ERR The ID specified in XADD is equal or smaller than the target stream top item\r\n";

/** Every id of the load has the same number behind its milliseconds. */
function order(id: string): number {
  return Number(id.slice(0, id.indexOf("-")));
}

function has(pairs: Pairs, name: string): boolean {
  return pairs.some(([one]) => one === name);
}

function valueOf(pairs: Pairs, name: string): string | null {
  return pairs.find(([one]) => one === name)?.[1] ?? null;
}

function without(pairs: Pairs, name: string): Pairs {
  return pairs.filter(([one]) => one !== name);
}

function withPair(pairs: Pairs, name: string, value: string): Pairs {
  return [...without(pairs, name), [name, value] as const].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function byScore(pairs: Pairs): Pairs {
  return pairs.toSorted(([a, x], [b, y]) => Number(x) - Number(y) || (a < b ? -1 : 1));
}

function integer(value: number): string {
  return `:${value}\r\n`;
}

function bulk(text: string | null): string {
  return text === null ? "$-1\r\n" : `$${text.length}\r\n${text}\r\n`;
}

function array(replies: readonly string[]): string {
  return `*${replies.length}\r\n${replies.join("")}`;
}
