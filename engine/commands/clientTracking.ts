/** CLIENT TRACKING and what goes with it: a connection asks to be told when the keys change that it has read. */
import { errors } from "../resp/replies.ts";
import type { TrackingMode, TrackingOptions } from "../tracking/trackingMode.ts";
import type { CommandContext } from "./context.ts";
import { integerArgument } from "./numbers.ts";

interface GivenOptions extends TrackingOptions {
  redirect: number;
  isBroadcast: boolean;
  isOptIn: boolean;
  isOptOut: boolean;
  isNoLoop: boolean;
  readonly prefixes: string[];
}

/**
 * CLIENT TRACKING ON|OFF [REDIRECT client-id] [PREFIX prefix [PREFIX prefix …]] [BCAST] [OPTIN] [OPTOUT] [NOLOOP]
 * Replies: OK; -ERR for options that exclude each other or what is on already, for prefixes that overlap and for a client
 * that is not there. Record: none.
 * @see https://redis.io/docs/latest/commands/client-tracking/
 */
export function clientTracking(context: CommandContext, argv: readonly string[]): void {
  const options = takeOptions(context, argv);
  if (options === undefined) return;
  const { session, tracking } = context;
  const word = (argv[2] ?? "").toUpperCase();
  if (word === "OFF") {
    tracking.disable(session);
  } else if (word === "ON") {
    const refusal = refusalOf(session.tracking, options);
    if (refusal !== undefined) return context.fail(refusal);
    const overlap = overlapOf(session.tracking, options.prefixes);
    if (overlap !== undefined) return failOverlap(context, overlap);
    tracking.enable(session, options);
  } else {
    return context.fail(errors.syntax);
  }
  context.ok();
}

/** Undefined if an option was refused, which was answered. */
function takeOptions(context: CommandContext, argv: readonly string[]): GivenOptions | undefined {
  const options: GivenOptions = {
    redirect: 0,
    isBroadcast: false,
    isOptIn: false,
    isOptOut: false,
    isNoLoop: false,
    prefixes: [],
  };
  for (let index = 3; index < argv.length; index++) {
    const word = (argv[index] ?? "").toUpperCase();
    const next = argv[index + 1];
    if (word === "REDIRECT" && next !== undefined) {
      if (!takeRedirect(context, options, next)) return undefined;
      index++;
    } else if (word === "PREFIX" && next !== undefined) {
      options.prefixes.push(next);
      index++;
    } else if (!takeFlag(options, word)) {
      context.fail(errors.syntax);
      return undefined;
    }
  }
  return options;
}

function takeFlag(options: GivenOptions, word: string): boolean {
  if (word === "BCAST") options.isBroadcast = true;
  else if (word === "OPTIN") options.isOptIn = true;
  else if (word === "OPTOUT") options.isOptOut = true;
  else if (word === "NOLOOP") options.isNoLoop = true;
  else return false;
  return true;
}

/** False if the client cannot be redirected to, which was answered. */
function takeRedirect(context: CommandContext, options: GivenOptions, word: string): boolean {
  if (options.redirect !== 0) {
    context.fail("ERR A client can only redirect to a single other client");
    return false;
  }
  const clientId = integerArgument(context, word);
  if (clientId === undefined) return false;
  if (context.server.sessionOf(clientId) === undefined) {
    context.fail("ERR The client ID you want redirect to does not exist");
    return false;
  }
  options.redirect = clientId;
  return true;
}

/** Why a connection may not track in this way, `present` being what it does by now. */
function refusalOf(present: TrackingMode | undefined, asked: TrackingOptions): string | undefined {
  const { isBroadcast, isOptIn, isOptOut, prefixes } = asked;
  if (!isBroadcast && prefixes.length > 0) {
    return "ERR PREFIX option requires BCAST mode to be enabled";
  }
  if (present !== undefined && present.isBroadcast !== isBroadcast) {
    return "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a different mode.";
  }
  if (isBroadcast && (isOptIn || isOptOut)) {
    return "ERR OPTIN and OPTOUT are not compatible with BCAST";
  }
  if (isOptIn && isOptOut) return "ERR You can't specify both OPTIN mode and OPTOUT mode";
  if ((isOptIn && present?.isOptOut === true) || (isOptOut && present?.isOptIn === true)) {
    return "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with a different mode.";
  }
  return undefined;
}

interface Overlap {
  readonly prefix: string;
  readonly with: string;
  readonly whose: "an existing" | "another provided";
}

/** The first of the prefixes of which a key could begin with another one too: that key would be told of twice. */
function overlapOf(
  present: TrackingMode | undefined,
  prefixes: readonly string[],
): Overlap | undefined {
  for (const [index, prefix] of prefixes.entries()) {
    const isOverlapping = (other: string): boolean =>
      prefix.startsWith(other) || other.startsWith(prefix);
    const existing = [...(present?.prefixes ?? [])].toSorted().find(isOverlapping);
    if (existing !== undefined) return { prefix, with: existing, whose: "an existing" };
    const provided = prefixes.slice(index + 1).find(isOverlapping);
    if (provided !== undefined) return { prefix, with: provided, whose: "another provided" };
  }
  return undefined;
}

function failOverlap(context: CommandContext, overlap: Overlap): void {
  context.failQuoting(
    "ERR Prefix '",
    overlap.prefix,
    `' overlaps with ${overlap.whose} prefix '${overlap.with}'. Prefixes for a single client must not overlap.`,
  );
}

/**
 * CLIENT CACHING YES|NO
 * Replies: OK; -ERR if the connection does not track in the mode that the word belongs to, -ERR syntax error. Counts for the next command
 * or transaction. Record: none.
 * @see https://redis.io/docs/latest/commands/client-caching/
 */
export function clientCaching(context: CommandContext, argv: readonly string[]): void {
  const { tracking } = context.session;
  if (tracking === undefined) {
    return context.fail(
      "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled",
    );
  }
  const word = (argv[2] ?? "").toUpperCase();
  if (word !== "YES" && word !== "NO") return context.fail(errors.syntax);
  const mode = word === "YES" ? "OPTIN" : "OPTOUT";
  if (!(word === "YES" ? tracking.isOptIn : tracking.isOptOut)) {
    return context.fail(
      `ERR CLIENT CACHING ${word} is only valid when tracking is enabled in ${mode} mode.`,
    );
  }
  tracking.isCachingGiven = true;
  context.ok();
}

/**
 * CLIENT GETREDIR
 * Replies: integer, the client id that is told instead, 0 for none, -1 if the connection does not track. Record: none.
 * @see https://redis.io/docs/latest/commands/client-getredir/
 */
export function clientGetredir(context: CommandContext): void {
  context.reply.integer(context.session.tracking?.redirect ?? NO_TRACKING);
}

const NO_TRACKING = -1;

/**
 * CLIENT TRACKINGINFO
 * Replies: map of flags (a set), redirect (integer, as of GETREDIR) and prefixes (array). Record: none.
 * @see https://redis.io/docs/latest/commands/client-trackinginfo/
 */
export function clientTrackinginfo(context: CommandContext): void {
  const { reply, session } = context;
  const { tracking } = session;
  const flags = flagsOf(tracking);
  const prefixes = [...(tracking?.prefixes ?? [])].toSorted();
  reply.map(3);
  reply.bulk("flags");
  reply.set(flags.length);
  for (const flag of flags) reply.bulk(flag);
  reply.bulk("redirect");
  reply.integer(tracking?.redirect ?? NO_TRACKING);
  reply.bulk("prefixes");
  reply.bulks(prefixes);
}

/** In Redis's order. */
function flagsOf(mode: TrackingMode | undefined): readonly string[] {
  if (mode === undefined) return ["off"];
  const flags = ["on"];
  if (mode.isBroadcast) flags.push("bcast");
  if (mode.isOptIn) flags.push("optin");
  if (mode.isOptIn && mode.isCachingGiven) flags.push("caching-yes");
  if (mode.isOptOut) flags.push("optout");
  if (mode.isOptOut && mode.isCachingGiven) flags.push("caching-no");
  if (mode.isNoLoop) flags.push("noloop");
  if (mode.isRedirectBroken) flags.push("broken_redirect");
  return flags;
}
