/** Requests about users: rules by lot, and clients that go on as one of these. Nobody changes the default user. */
import * as fc from "fast-check";
import { accessCategories } from "../../engine/access/categories.ts";
import { commandTable } from "../../engine/commands/table.ts";
import type { Request } from "../grammar.ts";

/** Whom the stories make. */
export const userNames: readonly string[] = ["ann", "bob", "eve"];

const name = fc.constantFrom(...userNames);
const password = fc.constantFrom("pw", "pw", "pw", "other");
const command = fc.constantFrom(...commandTable.everyone.map((spec) => spec.name));
const category = fc.constantFrom(...accessCategories, "all", "all");
const keyPattern = fc.constantFrom("*", "*", "{k}*", "{k}a", "{k}[ab]", "?k?b", "", "other");
const channelPattern = fc.constantFrom("*", "*", "c*", "news", "", "__key*");

const selectorRule: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(fc.constantFrom("~", "~", "%R~", "%W~", "%RW~", "%X~"), keyPattern)
    .map((all) => all.join("")),
  channelPattern.map((pattern) => `&${pattern}`),
  fc.tuple(fc.constantFrom("+@", "+@", "-@"), category).map((all) => all.join("")),
  fc.tuple(fc.constantFrom("+", "-"), command).map((all) => all.join("")),
  fc.tuple(command, fc.constantFrom("get", "0", "list")).map(([of, word]) => `+${of}|${word}`),
  fc.constantFrom(
    "allkeys",
    "resetkeys",
    "allchannels",
    "resetchannels",
    "allcommands",
    "nocommands",
  ),
);

const rule: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: selectorRule },
  {
    weight: 2,
    arbitrary: fc.array(selectorRule, { maxLength: 3 }).map((all) => `(${all.join(" ")})`),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...[
        [
          "off",
          "nopass",
          "resetpass",
          ">pw",
          "<pw",
          "clearselectors",
          "reset",
          "x",
          "sanitize-payload",
        ],
      ].flat(),
    ),
  },
);

/** Mostly one that may log in and do something, less what the rules behind take away. */
const rules = fc
  .tuple(
    fc.constantFrom(
      [],
      ["reset", "on", ">pw", "+@all", "~*", "&*"],
      ["reset", "on", ">pw", "+@all", "~{k}a", "%R~{k}b"],
      ["reset", "on", ">pw", "+@read", "+@connection", "+@scripting", "~*", "+acl|whoami"],
      ["reset", "on", "nopass", "+@all", "-@dangerous", "-@write", "~*"],
    ),
    fc.array(rule, { maxLength: 4 }),
  )
  .map(([first, more]) => [...first, ...more]);

/** `any`: a request as any client sends it. */
export function userStories(any: fc.Arbitrary<Request>): fc.Arbitrary<Request> {
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(name, rules).map(([who, all]) => ["ACL", "SETUSER", who, ...all]),
    },
    {
      weight: 5,
      arbitrary: fc.tuple(name, password).map(([who, word]) => ["AUTH", who, word]),
    },
    { weight: 2, arbitrary: fc.constant(["AUTH", "default", ""]) },
    {
      weight: 1,
      arbitrary: fc.tuple(name, password).map((all) => ["HELLO", "3", "AUTH", ...all]),
    },
    { weight: 1, arbitrary: name.map((who) => ["ACL", "DELUSER", who]) },
    { weight: 2, arbitrary: name.map((who) => ["ACL", "GETUSER", who]) },
    {
      weight: 3,
      arbitrary: fc.tuple(name, any).map(([who, argv]) => ["ACL", "DRYRUN", who, ...argv]),
    },
    {
      weight: 2,
      arbitrary: fc.oneof(
        fc.constantFrom(["ACL", "WHOAMI"], ["ACL", "LIST"], ["ACL", "USERS"], ["ACL", "CAT"]),
        category.map((of) => ["ACL", "CAT", of]),
        fc.constantFrom(["ACL", "SAVE"], ["ACL", "LOAD"], ["RESET"], ["ACL", "LOG", "RESET"]),
      ),
    },
  );
}
