import { describe, expect, it } from "vitest";
import { readAcl } from "./memoryDbAcl.ts";

const password = "0123456789abcdef";
const digest = "9f9f5111f7b27a781f1f1ddde5ebc2dd2b796bfc7365c9c28b548e564176929f";

function errorsOf(line: string): readonly string[] {
  const read = readAcl("acl", line);
  return "errors" in read ? read.errors : [];
}

describe("an ACL file", () => {
  it("is taken with digests in the place of passwords, and users off unless said otherwise", () => {
    const read = readAcl("acl", `user ada on >${password} ~* &* +@all\n\nuser bob ~b:* +get\n`);
    expect(read).toEqual({
      text: `user ada on #${digest} ~* &* +@all\nuser bob off ~b:* resetchannels -@all +get\n`,
    });
    const again = readAcl("acl", "text" in read ? read.text : "");
    expect(again).toEqual(read);
  });

  it("takes every other rule of Redis", () => {
    const rules = "~a* %R~b* %W~c* &d* +@all -@dangerous +get|x (~e* +set) allchannels";
    expect(errorsOf(`user ada on >${password} ${rules}`)).toEqual([]);
  });

  it("may be empty: nobody gets in", () => {
    expect(readAcl("acl", "")).toEqual({ text: "" });
    expect(readAcl("acl", "\n \n")).toEqual({ text: "" });
  });

  it.each([
    [password, ""],
    ["a".repeat(128), ""],
    ["!#$%&'()*+-.:;<=", ""],
    ["a".repeat(15), "a password has 16 to 128 characters"],
    ["a".repeat(129), "a password has 16 to 128 characters"],
    ["", "a password has 16 to 128 characters"],
    [`${password},`, 'a password may not hold , " / or @'],
    [`${password}"`, 'a password may not hold , " / or @'],
    [`${password}/`, 'a password may not hold , " / or @'],
    [`${password}@`, 'a password may not hold , " / or @'],
    [`${password}\x7f`, "a password has printable characters only"],
    [`${password}\xe9`, "a password has printable characters only"],
  ])("takes a password %j, or says why not (%s) without repeating it", (one, why) => {
    const errors = errorsOf(`user ada on >${one} +@all`);
    expect(errors).toEqual(why === "" ? [] : [`acl:1: user ada: ${why}`]);
    expect(errors.some((error) => one !== "" && error.includes(one))).toBe(false);
  });

  it("takes two passwords of a user, of either form, and no third", () => {
    expect(errorsOf(`user ada on >${password} #${digest} +@all`)).toEqual([]);
    expect(errorsOf(`user ada on >${password} >${password}1 >${password}2`)).toEqual([
      "acl:1: user ada: a user has at most 2 passwords, not 3",
    ]);
  });

  it.each([
    ["default", 'the user "default" lives in open-access only'],
    ["1ada", 'a user\'s name must begin with a letter, not "1ada"'],
    ["a--b", "a user's name may not hold two hyphens in a row"],
    ["a-", "a user's name may not end with a hyphen"],
    ["a".repeat(41), "a user's name must have 1 to 40 characters"],
    ["a_b", "a user's name may hold letters, digits and hyphens only"],
  ])("refuses the name %s", (name, why) => {
    expect(errorsOf(`user ${name} on +@all`)[0]).toContain(`acl:1: ${why}`);
  });

  it.each([
    ["reset", '"reset" is not allowed in an access string'],
    ["RESETPASS", '"resetpass" is not allowed in an access string'],
    ["nopass", '"nopass" is not allowed'],
    [`<${password}`, "an ACL names passwords, it takes none away"],
    [`!${digest}`, "an ACL names passwords, it takes none away"],
    ["+config", '"+config": MemoryDB has no such command for its users'],
    ["+CONFIG|GET", '"+CONFIG|GET": MemoryDB has no such command'],
    ["-debug", '"-debug": MemoryDB has no such command'],
    ["+acl|setuser", '"+acl|setuser": MemoryDB has no such command'],
    ["+cluster|addslots", '"+cluster|addslots": MemoryDB has no such command'],
    ["(+shutdown ~*)", '"(+shutdown": MemoryDB has no such command'],
    ["+nosuch", "Unknown command or category name in ACL"],
    ["+@nosuch", "Unknown command or category name in ACL"],
    ["nonsense", "Syntax error"],
    ["(+get", "Unmatched parenthesis"],
  ])("says why it does not take %s, with the line", (rule, why) => {
    const [error = ""] = errorsOf(`\nuser ada on >${password} ${rule}`);
    expect(error).toMatch(/^'?acl:2/);
    expect(error).toContain(why);
  });

  it("is refused as a whole, with every mistake, if it has one", () => {
    expect(errorsOf("user 1a on\nuser bob nopass +config\nuser ada on +@all")).toHaveLength(3);
    expect(errorsOf("usr ada on")[0]).toContain("should start with user keyword");
    expect(errorsOf("user ada on\nuser ada on")[0]).toContain("Duplicate user 'ada'");
    const many = Array.from({ length: 101 }, (_, index) => `user u${index} on`).join("\n");
    expect(errorsOf(many)).toEqual(["acl: an ACL has at most 100 users, not 101"]);
  });
});
