/** What users are refused: into the ACL log and INFO's counters. */
import type { AccessContext, Refusal } from "../access/accessLog.ts";
import type { Denial } from "../access/permission.ts";
import { describeClient } from "./clientList.ts";
import type { CommandContext } from "./context.ts";
import type { CommandSpec } from "./spec.ts";

/** A request that the session's user may not run. */
export function noteDenial(
  context: CommandContext,
  spec: CommandSpec,
  argv: readonly string[],
  denial: Denial,
  where: AccessContext = whereOf(context),
): void {
  const object = denial.kind === "command" ? spec.name : (argv[denial.index] ?? "");
  note(context, argv, {
    reason: denial.kind,
    context: where,
    object,
    username: context.session.user?.name ?? "",
  });
}

/** A wrong name or password in AUTH or HELLO. */
export function noteWrongPassword(
  context: CommandContext,
  argv: readonly string[],
  username: string,
): void {
  note(context, argv, {
    reason: "auth",
    context: whereOf(context),
    object: argv[0] ?? "",
    username,
  });
}

function note(
  context: CommandContext,
  argv: readonly string[],
  refusal: Omit<Refusal, "unixMs" | "clientInfo">,
): void {
  const clientInfo = describeClient(context, argv, context.session).trimEnd();
  context.accessLog.add({ ...refusal, unixMs: context.unixMs, clientInfo });
}

function whereOf({ isExecuting, session }: CommandContext): AccessContext {
  return session.isInTransaction || isExecuting ? "multi" : "toplevel";
}
