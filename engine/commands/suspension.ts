/**
 * What a request has done up to the pause of its script, put aside while the node answers others: its reply, its record, what it has
 * touched and said. Others may neither read nor change the keyspace meanwhile.
 */
import { RecordWriter } from "../replication/record.ts";
import { ReplyWriter } from "../resp/replyWriter.ts";
import type { CommandContext } from "./context.ts";

type Kept = Pick<
  CommandContext,
  | "session"
  | "reply"
  | "record"
  | "expiryUnixMs"
  | "isPrimary"
  | "blocked"
  | "isScript"
  | "isExecuting"
  | "changed"
  | "changedAll"
  | "changedUsers"
  | "scriptKeys"
  | "waitsForNewest"
  | "close"
  | "sleepUs"
  | "errorCount"
  | "looksToRead"
  | "commandName"
  | "mutedFrom"
>;

export interface Suspension {
  readonly context: Kept;
  readonly messages: Pick<CommandContext["messages"], "pushes" | "announcements">;
  /** Names of the keys that the request itself names. */
  readonly touched: readonly string[];
}

/** Takes a request out of the context, which is free for others then. */
export function suspend(context: CommandContext, touched: readonly string[]): Suspension {
  const { messages } = context;
  const suspension = {
    context: keptOf(context),
    messages: { pushes: messages.pushes, announcements: messages.announcements },
    touched,
  };
  context.reply = new ReplyWriter();
  context.record = new RecordWriter();
  context.changed = [];
  context.scriptKeys = new Set();
  context.isSuspended = false;
  context.isScript = false;
  context.isExecuting = false;
  messages.pushes = [];
  messages.announcements = [];
  return suspension;
}

/** Puts a request back into the context. Its clock goes on; what expires meanwhile is there until it has ended. */
export function restore(context: CommandContext, suspension: Suspension, unixUs: number): void {
  const { session, isPrimary } = suspension.context;
  context.begin(session, unixUs, isPrimary);
  Object.assign(context, suspension.context);
  Object.assign(context.messages, suspension.messages);
  context.reply.version = session.respVersion;
  context.select(session.database);
}

function keptOf(context: CommandContext): Kept {
  return {
    session: context.session,
    reply: context.reply,
    record: context.record,
    expiryUnixMs: context.expiryUnixMs,
    isPrimary: context.isPrimary,
    blocked: context.blocked,
    isScript: context.isScript,
    isExecuting: context.isExecuting,
    changed: context.changed,
    changedAll: context.changedAll,
    changedUsers: context.changedUsers,
    scriptKeys: context.scriptKeys,
    waitsForNewest: context.waitsForNewest,
    close: context.close,
    sleepUs: context.sleepUs,
    errorCount: context.errorCount,
    looksToRead: context.looksToRead,
    commandName: context.commandName,
    mutedFrom: context.mutedFrom,
  };
}
