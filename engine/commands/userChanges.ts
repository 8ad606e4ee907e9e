/**
 * When users change, connections may have to end: those of a deleted user, and those that listen to what they no longer may. Clients
 * that cache what they read forget it when they may read other keys.
 */
import { describeKeys } from "../access/describe.ts";
import { allowsChannel, denialOf } from "../access/permission.ts";
import type { User } from "../access/user.ts";
import type { UserWatcher } from "../access/userDirectory.ts";
import type { CommandContext } from "./context.ts";
import type { Session } from "./session.ts";

/** `context` is asked for when something changes. */
export function watcherOf(context: () => CommandContext): UserWatcher {
  return {
    userChanged(user, before): void {
      endListeners(context(), user, before);
      tellOfOtherKeys(context(), user, before);
    },
    userDeleted: (user) => endSessions(context(), (one) => one === user),
    usersKnown(): void {
      const { server, users } = context();
      for (const session of server.sessions) if (!session.hasLoggedIn) session.beginAs(users);
    },
  };
}

/** Closes the connections of some users; the client that is being answered is answered first. */
export function endSessions(context: CommandContext, isTheirs: (user: User) => boolean): void {
  for (const session of context.server.sessions) {
    if (session.user === undefined || !isTheirs(session.user)) continue;
    session.logOut(context.users);
    close(context, session);
  }
}

function sessionsOf(context: CommandContext, user: User): readonly Session[] {
  return [...context.server.sessions].filter((session) => session.user === user);
}

function close(context: CommandContext, session: Session): void {
  if (context.isRunning && session === context.session) context.close = true;
  else context.server.closeSession(session);
}

function endListeners(context: CommandContext, user: User, before: User): void {
  const monitor = context.commands.find("monitor");
  const lostMonitor = monitor !== undefined && denialOf(user, monitor, ["monitor"]) !== undefined;
  const lostChannels = mayHaveLostChannels(user, before);
  if (!lostMonitor && !lostChannels) return;
  for (const session of sessionsOf(context, user)) {
    const isOver =
      (lostMonitor && session.isMonitor) || (lostChannels && listensInVain(context, session, user));
    if (isOver) close(context, session);
  }
}

function tellOfOtherKeys(context: CommandContext, user: User, before: User): void {
  const { tracking } = context;
  if (tracking.clientCount === 0 || keysOf(user) === keysOf(before)) return;
  for (const session of sessionsOf(context, user)) tracking.rightsChanged(session);
}

function keysOf(user: User): string {
  return user.selectors.map(describeKeys).join("\n");
}

/** False if every pattern of before is still there. */
function mayHaveLostChannels(user: User, before: User): boolean {
  if (user.selectors.some((selector) => selector.allowsAllChannels)) return false;
  const left = channelsOf(user);
  return before.selectors.some(
    (selector) =>
      selector.allowsAllChannels || selector.channels.some((channel) => !left.includes(channel)),
  );
}

function channelsOf(user: User): readonly string[] {
  return user.selectors.flatMap((selector) => selector.channels);
}

function listensInVain(context: CommandContext, session: Session, user: User): boolean {
  const { channels, patterns, shardChannels } = context.switchboard;
  const allowed = channelsOf(user);
  const named = [...channels.topicsOf(session), ...shardChannels.topicsOf(session)];
  return (
    patterns.topicsOf(session).some((pattern) => !allowsChannel(allowed, pattern, true)) ||
    named.some((channel) => !allowsChannel(allowed, channel, false))
  );
}
