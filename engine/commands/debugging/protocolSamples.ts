/** DEBUG PROTOCOL: a reply of each type, for the tests of clients. */
import type { CommandContext } from "../context.ts";

/** Redis's example, which is not meant to be pi. */
const DOUBLE = Number("3.141");

const samples: ReadonlyMap<string, (context: CommandContext) => void> = new Map([
  ["string", ({ reply }: CommandContext) => reply.bulk("Hello World")],
  ["integer", ({ reply }: CommandContext) => reply.integer(12345)],
  ["double", ({ reply }: CommandContext) => reply.double(DOUBLE)],
  [
    "bignum",
    ({ reply }: CommandContext) => reply.bigNumber("1234567999999999999999999999999999999"),
  ],
  ["null", ({ reply }: CommandContext) => reply.null()],
  [
    "array",
    ({ reply }: CommandContext) => {
      reply.array(3);
      for (let index = 0; index < 3; index++) reply.integer(index);
    },
  ],
  [
    "set",
    ({ reply }: CommandContext) => {
      reply.set(3);
      for (let index = 0; index < 3; index++) reply.integer(index);
    },
  ],
  [
    "map",
    ({ reply }: CommandContext) => {
      reply.map(3);
      for (let index = 0; index < 3; index++) {
        reply.integer(index);
        reply.boolean(index === 1);
      }
    },
  ],
  ["attrib", replyWithAttribute],
  ["push", replyWithPush],
  ["verbatim", ({ reply }: CommandContext) => reply.verbatim("txt", "This is a verbatim\nstring")],
  ["true", ({ reply }: CommandContext) => reply.boolean(true)],
  ["false", ({ reply }: CommandContext) => reply.boolean(false)],
]);

export function replySample(context: CommandContext, type: string): void {
  const write = samples.get(type.toLowerCase());
  if (write !== undefined) return write(context);
  context.fail(
    "ERR Wrong protocol type name. Please use one of the following: string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false",
  );
}

function replyWithAttribute({ reply }: CommandContext): void {
  if (reply.version === 3) {
    reply.attribute(1);
    reply.bulk("key-popularity");
    reply.array(2);
    reply.bulk("key:123");
    reply.integer(90);
  }
  reply.bulk("Some real reply following the attribute");
}

function replyWithPush(context: CommandContext): void {
  const { reply } = context;
  if (reply.version === 2) return context.fail("ERR RESP2 is not supported by this command");
  reply.push(2);
  reply.bulk("server-cpu-usage");
  reply.integer(42);
  reply.bulk("Some real reply following the push reply");
}
