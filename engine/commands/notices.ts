/**
 * Keyspace notifications: the classes of notify-keyspace-events, and the channels that tell of them.
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

/** How subscribers are told: on the channel of the key, on the channel of the event, or on both. */
export const ways = { keyspace: 0x1, keyevent: 0x2 } as const;

/** Modules have a class too, though there are none. */
const MODULE = 0x2000;

const letters: readonly (readonly [string, number])[] = [
  ["g", notice.generic],
  ["$", notice.string],
  ["l", notice.list],
  ["s", notice.set],
  ["h", notice.hash],
  ["z", notice.zset],
  ["x", notice.expired],
  ["e", notice.evicted],
  ["t", notice.stream],
  ["d", MODULE],
];
const ALL_CLASSES: number = letters.reduce((classes, [, bit]) => classes | bit, 0);

const otherLetters: ReadonlyMap<string, number> = new Map([
  ["A", ALL_CLASSES],
  ["n", notice.new],
  ["K", ways.keyspace],
  ["E", ways.keyevent],
  ["m", notice.keyMiss],
]);
const bitsByLetter: ReadonlyMap<string, number> = new Map([...letters, ...otherLetters]);

/** Reads the letters of notify-keyspace-events; undefined if one is unknown. */
export function parseNoticeClasses(text: string): number | undefined {
  let classes = 0;
  for (const letter of text) {
    const bits = bitsByLetter.get(letter);
    if (bits === undefined) return undefined;
    classes |= bits;
  }
  return classes;
}

/** The letters in Redis's order; Redis itself leaves out "n" beside "A". */
export function noticeClassesText(classes: number): string {
  const has = (bits: number): boolean => (classes & bits) === bits;
  let text = "";
  if (has(ALL_CLASSES)) {
    text = "A";
  } else {
    for (const [letter, bit] of letters) if (has(bit)) text += letter;
  }
  if (has(notice.new)) text += "n";
  if (has(ways.keyspace)) text += "K";
  if (has(ways.keyevent)) text += "E";
  if (has(notice.keyMiss)) text += "m";
  return text;
}

/** Where who follows one key hears of its events. */
export function keyChannel(database: number, key: string): string {
  return `__keyspace@${database}__:${key}`;
}

/** Where who follows one event hears of its keys. */
export function eventChannel(database: number, event: string): string {
  return `__keyevent@${database}__:${event}`;
}
