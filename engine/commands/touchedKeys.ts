/** The keys that requests read or write, by the names that the tracker has for them. */
import { trackedName } from "./context.ts";
import type { Session } from "./session.ts";
import { type CommandSpec, keysOf } from "./spec.ts";

/** Names (`trackedName`) of the keys that a request of this session reads or writes. */
export function touchedBy(
  session: Session,
  spec: CommandSpec,
  argv: readonly string[],
): readonly string[] {
  const keys = keysOf(spec, argv);
  return session.database === 0 ? keys : keys.map((key) => trackedName(session.database, key));
}

/** Names of the keys of every queued command, then the watched ones: a null or an error of EXEC tells of those. */
export function keysOfTransaction(session: Session): readonly string[] {
  const keys = keysOfQueue(session);
  for (const { keyspace, key } of session.watches) keys.push(trackedName(keyspace.database, key));
  return keys;
}

/** Names of the keys of every queued command. */
export function keysOfQueue(session: Session): string[] {
  const keys: string[] = [];
  let { database } = session;
  for (const { spec, argv } of session.queue) {
    if (spec.name === "select") database = Number(argv[1]);
    for (const key of keysOf(spec, argv)) keys.push(trackedName(database, key));
  }
  return keys;
}
