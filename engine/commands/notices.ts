/**
 * Keyspace notifications: the classes of notify-keyspace-events.
 * @see https://redis.io/docs/latest/develop/use/keyspace-notifications/
 */

/** The bit of each class; "generic" is that of commands on keys of any type. */
export const notice = {
  generic: 0x4,
  string: 0x8,
  list: 0x10,
  set: 0x20,
  hash: 0x40,
  zset: 0x80,
  expired: 0x100,
  evicted: 0x200,
  stream: 0x400,
  keyMiss: 0x800,
  new: 0x4000,
} as const;

export type NoticeClass = (typeof notice)[keyof typeof notice];

/** One event of a key, such as "hset". */
export interface Notice {
  readonly database: number;
  readonly event: string;
  readonly key: string;
}

export function isNoticeOn(classes: number, noticeClass: NoticeClass): boolean {
  return (classes & noticeClass) !== 0;
}
