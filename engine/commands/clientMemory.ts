/** What a connection takes: as CLIENT LIST tells it and maxmemory-clients limits it, and its buffers, which count as used memory. */
import type { HostFigures } from "../contract.ts";
import type { Subscriptions } from "../pubsub/subscriptions.ts";
import type { Switchboard } from "../pubsub/switchboard.ts";
import type { Settings } from "../settings/settings.ts";
import type { Session } from "./session.ts";

/** Bytes of a connection's own state, roughly. */
const SESSION_BYTES = 1024;
/** Of a watched key or a subscription beside its name, roughly. */
const NAME_BYTES = 64;
/** Redis lets no limit be smaller: nobody could say anything any more. */
const LEAST_LIMIT_BYTES: number = 128 << 10;

interface Parts {
  readonly figures: HostFigures;
  readonly switchboard: Switchboard<Session>;
}

/** What a connection holds of names that its client has sent: watched keys, subscriptions, prefixes that it tracks. */
function heldBytes({ switchboard }: Parts, session: Session): number {
  let bytes = 0;
  for (const { key } of session.watches) bytes += key.length + NAME_BYTES;
  for (const prefix of session.tracking?.prefixes ?? []) bytes += prefix.length + NAME_BYTES;
  if (!session.isSubscriber) return bytes;
  const { channels, patterns, shardChannels } = switchboard;
  return [channels, patterns, shardChannels].reduce(
    (sum, topics) => sum + namesBytes(topics, session),
    bytes,
  );
}

function namesBytes(topics: Subscriptions<Session>, session: Session): number {
  let bytes = 0;
  for (const topic of topics.topicsOf(session)) bytes += topic.length + NAME_BYTES;
  return bytes;
}

/**
 * What is kept for a client between what it has asked and what it has taken: parts of requests, commands that wait for EXEC, answers.
 * `waitingBytes`: of answers that have not left the node yet.
 */
export function bufferBytes(figures: HostFigures, session: Session, waitingBytes: number): number {
  const { clientId, decoder, queuedBytes } = session;
  const { unsentBytes } = figures.connection(clientId);
  return decoder.roomBytes + decoder.argumentBytes + queuedBytes + unsentBytes + waitingBytes;
}

/** All that a connection takes. `waitingBytes`: of replies that have not left yet. */
export function clientBytes(parts: Parts, session: Session, waitingBytes: number): number {
  const buffers = session.replyBuffer.sizeBytes + bufferBytes(parts.figures, session, waitingBytes);
  return SESSION_BYTES + buffers + heldBytes(parts, session);
}

/** maxmemory-clients in bytes; 0: no limit. A negative value is a percentage of maxmemory. */
export function clientsLimitBytes(settings: Settings): number {
  const text = settings.get("maxmemory-clients");
  const limit = text.endsWith("%")
    ? Math.floor((Number.parseInt(text, 10) * settings.number("maxmemory")) / 100)
    : Number(text);
  return limit === 0 ? 0 : Math.max(limit, LEAST_LIMIT_BYTES);
}
