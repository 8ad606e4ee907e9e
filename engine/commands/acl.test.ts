import { beforeEach, describe, expect, it } from "vitest";
import { latin1Of } from "../bytes/latin1.ts";
import { Databases } from "../keyspace/databases.ts";
import { applyRecord } from "../replication/apply.ts";
import { describeUser } from "../access/describe.ts";
import { UserDirectory } from "../access/userDirectory.ts";
import { commandTable } from "./table.ts";
import { TestExecutor } from "./testExecutor.ts";

const PW = "30c952fab122c3f9759f02a6d95c3758b246b4fee239957b2d4fee46e26170c4";
let node: TestExecutor;

beforeEach(() => {
  node = new TestExecutor();
});

function dialogue(lines: readonly (readonly [string, string])[]): void {
  const replies = lines.map(([line]) => [line, node.ask(line)]);
  expect(replies).toEqual(lines);
}

/** The rules of a user as ACL LIST shows them. */
function rulesOf(name: string): string | undefined {
  const prefix = `user ${name} `;
  const line = node
    .ask("ACL LIST")
    .split("\r\n")
    .find((one) => one.startsWith(prefix));
  return line?.slice(prefix.length);
}

describe("ACL", () => {
  it("makes, shows and deletes users", () => {
    dialogue([
      ["ACL WHOAMI", "$7\r\ndefault\r\n"],
      ["ACL USERS", "*1\r\n$7\r\ndefault\r\n"],
      ["ACL LIST", "*1\r\n$34\r\nuser default on nopass ~* &* +@all\r\n"],
      ["ACL SETUSER bob on >pw ~k* %R~r* &ch* +get", "+OK\r\n"],
      ["ACL USERS", "*2\r\n$3\r\nbob\r\n$7\r\ndefault\r\n"],
      ["ACL GETUSER nobody", "$-1\r\n"],
      ["ACL DELUSER default", "-ERR The 'default' user cannot be removed\r\n"],
      ["ACL DELUSER nobody bob", ":1\r\n"],
      ["ACL USERS", "*1\r\n$7\r\ndefault\r\n"],
    ]);
    node.ask("ACL SETUSER eve on >pw ~k* &ch* +get (%W~w* +set)");
    expect(
      node
        .ask("ACL GETUSER eve")
        .split("\r\n")
        .filter((line) => !/^[$*]/.test(line)),
    ).toEqual(
      [
        ["flags", "on", "passwords", PW, "commands", "-@all +get", "keys", "~k*", "channels"],
        ["&ch*", "selectors", "commands", "-@all +set", "keys", "%W~w*", "channels", "", ""],
      ].flat(),
    );
  });

  it("refuses rules in Redis's words and then changes nothing", () => {
    const before = node.ask("ACL LIST");
    const refused = (rules: string, why: string): readonly [string, string] => [
      `ACL SETUSER a on ${rules}`,
      `-ERR Error in ACL SETUSER modifier '${rules}': ${why}\r\n`,
    ];
    dialogue([
      refused("+nosuch", "Unknown command or category name in ACL"),
      refused("+@nosuch", "Unknown command or category name in ACL"),
      refused("+config|nosuch", "Unknown command or category name in ACL"),
      refused("foo", "Syntax error"),
      refused("%X~k", "Syntax error"),
      refused("+get|", "Syntax error"),
      refused("+config|get|x", "Allowing first-arg of a subcommand is not supported"),
      refused("<no", "The password you are trying to remove from the user does not exist"),
      refused(
        "#zz",
        "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters",
      ),
      [
        "ACL SETUSER a ~* ~x",
        "-ERR Error in ACL SETUSER modifier '~x': Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. Try 'resetkeys' to start with an empty list of patterns\r\n",
      ],
      [
        "ACL SETUSER a &* &x",
        "-ERR Error in ACL SETUSER modifier '&x': Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. Try 'resetchannels' to start with an empty list of channels\r\n",
      ],
      ["ACL SETUSER a on (~x", "-ERR Unmatched parenthesis in acl selector starting at '(~x'.\r\n"],
    ]);
    expect(latin1Of(node.execute(["ACL", "SETUSER", "a b"]).reply)).toBe(
      "-ERR Usernames can't contain spaces or null characters\r\n",
    );
    expect(node.ask("ACL LIST")).toBe(before);
    expect(node.records).toEqual([]);
  });

  it.each([
    ["", "off resetchannels -@all"],
    ["reset", "off sanitize-payload resetchannels -@all"],
    ["on nopass allkeys allchannels allcommands", "on nopass ~* &* +@all"],
    ["+@all -@dangerous", "off resetchannels +@all -@dangerous"],
    ["+@all -config|set", "off resetchannels +@all -config|set"],
    ["+@hash -hget +get", "off resetchannels -@all +@hash +get -hget"],
    ["+config -config|set", "off resetchannels -@all +config -config|set"],
    ["+config|get", "off resetchannels -@all +config|get"],
    ["+select|0 +select|1 +SELECT|0", "off resetchannels -@all +select|0 +select|1"],
    ["%R~a %W~a %R~b %w~c", "off ~a %R~b %W~c resetchannels -@all"],
    [">pw >pw nopass", "off nopass resetchannels -@all"],
    [">pw nopass >pw", `off #${PW} resetchannels -@all`],
    [`#${PW} !${PW}`, "off resetchannels -@all"],
    [">pw <pw", "off resetchannels -@all"],
    ["&a &b &a", "off resetchannels &a &b -@all"],
    [
      "( ~a +get ) (~b)",
      "off resetchannels -@all (~a resetchannels -@all +get) (~b resetchannels -@all)",
    ],
    ["(~a) clearselectors skip-sanitize-payload", "off skip-sanitize-payload resetchannels -@all"],
  ])("reads the rules %j", (rules, shown) => {
    expect(node.ask(`ACL SETUSER bob ${rules}`.trimEnd())).toBe("+OK\r\n");
    const sorted = (text: string | undefined): string[] => (text ?? "").split(" ").toSorted();
    expect(sorted(rulesOf("bob"))).toEqual(sorted(shown));
  });

  it("tells what a user could do without doing it", () => {
    node.ask("ACL SETUSER bob ~k* %R~r* &ch* +get +set +@pubsub +config|get +select|0");
    const may = (request: string): string => node.ask(`ACL DRYRUN bob ${request}`);
    expect(may("get k1")).toBe("+OK\r\n");
    expect(may("get r1")).toBe("+OK\r\n");
    expect(may("set r1 x")).toContain("This user has no permissions to access the 'r1' key");
    expect(may("set k1 x get")).toBe("+OK\r\n");
    expect(may("get x")).toContain("This user has no permissions to access the 'x' key");
    expect(may("del k1")).toContain("This user has no permissions to run the 'del' command");
    expect(may("config get x")).toBe("+OK\r\n");
    expect(may("config set x y")).toContain("to run the 'config|set' command");
    expect(may("select 0")).toBe("+OK\r\n");
    expect(may("select 1")).toContain("to run the 'select' command");
    expect(may("publish ch1 x")).toBe("+OK\r\n");
    expect(may("subscribe ch1 other")).toContain("to access the 'other' channel");
    expect(may("psubscribe ch*")).toBe("+OK\r\n");
    expect(may("psubscribe ch1*")).toContain("to access the 'ch1*' channel");
    dialogue([
      ["ACL DRYRUN nobody get x", "-ERR User 'nobody' not found\r\n"],
      ["ACL DRYRUN bob nosuch x", "-ERR Command 'nosuch' not found\r\n"],
      ["ACL DRYRUN bob get", "-ERR wrong number of arguments for 'get' command\r\n"],
    ]);
  });

  it("draws passwords, lists categories and has no file by itself", () => {
    expect(node.ask("ACL GENPASS")).toMatch(/^\$64\r\n[0-9a-f]{64}\r\n$/);
    expect(node.ask("ACL GENPASS 5")).toMatch(/^\$2\r\n[0-9a-f]{2}\r\n$/);
    const range =
      "-ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to 4096\r\n";
    const noFile =
      "-ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store users in the Redis configuration.\r\n";
    dialogue([
      ["ACL GENPASS 0", range],
      ["ACL GENPASS 4097", range],
      ["ACL GENPASS x", "-ERR value is not an integer or out of range\r\n"],
      ["ACL CAT nosuch", "-ERR Unknown category 'nosuch'\r\n"],
      ["ACL LOAD", noFile],
      ["ACL SAVE", noFile],
      ["ACL FOO", "-ERR unknown subcommand 'FOO'. Try ACL HELP.\r\n"],
    ]);
    expect(node.ask("ACL CAT").split("\r\n")).toContain("sortedset");
    expect(node.ask("ACL CAT hash").split("\r\n")).toContain("hget");
  });

  it("keeps a log of what was refused, alike refusals together", () => {
    node.ask("ACL SETUSER bob on >pw ~k* +get +multi +exec +eval");
    expect(node.ask("AUTH bob wrong", 2)).toMatch(/^-WRONGPASS /);
    expect(node.ask("AUTH bob pw", 2)).toBe("+OK\r\n");
    expect(node.ask("GET x", 2)).toBe(
      "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n",
    );
    node.ask("GET x", 2);
    expect(node.ask("SET k x", 2)).toBe(
      "-NOPERM this user has no permissions to run the 'set' command\r\n",
    );
    node.unixMs += 1500;
    const log = node.ask("ACL LOG").split("\r\n");
    expect(log[0]).toBe("*3");
    const values = (name: string): (string | undefined)[] =>
      log.flatMap((line, at) =>
        line === name ? [log[at + 1]?.startsWith("$") ? log[at + 2] : log[at + 1]] : [],
      );
    expect(values("count")).toEqual([":1", ":2", ":1"]);
    expect(values("reason")).toEqual(["command", "key", "auth"]);
    expect(values("context")).toEqual(["toplevel", "toplevel", "toplevel"]);
    expect(values("object")).toEqual(["set", "x", "AUTH"]);
    expect(values("username")).toEqual(["bob", "bob", "bob"]);
    expect(values("age-seconds")).toEqual(["1.5", "1.5", "1.5"]);
    expect(log.join("\n")).not.toContain("wrong");
    expect(node.ask("ACL LOG 1").startsWith("*1\r\n")).toBe(true);
    node.ask("CONFIG SET acllog-max-len 1");
    node.ask("GET y", 2);
    expect(node.ask("ACL LOG").startsWith("*1\r\n")).toBe(true);
    dialogue([
      ["ACL LOG x", "-ERR value is not an integer or out of range\r\n"],
      ["ACL LOG RESET", "+OK\r\n"],
      ["ACL LOG", "*0\r\n"],
    ]);
  });

  it("is asked again by EXEC, and by every command of a script", () => {
    node.ask("ACL SETUSER bob on nopass ~* +@all");
    node.ask("AUTH bob x", 2);
    for (const line of ["MULTI", "SET k 1", "GET k"]) node.ask(line, 2);
    node.ask("ACL SETUSER bob -set");
    expect(node.ask("EXEC", 2)).toBe(
      "*2\r\n-NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command is no longer allowed for the following reason: no permission to execute the command or subcommand\r\n$-1\r\n",
    );
    const script = (body: string): string => latin1Of(node.execute(["EVAL", body, "0"], 2).reply);
    expect(script("return redis.call('set','k','v')")).toContain(
      "-ERR The user executing the script can't run this command or subcommand script: ",
    );
    expect(script("return redis.acl_check_cmd('set','k','v')")).toBe("$-1\r\n");
    expect(script("return redis.acl_check_cmd('get','k')")).toBe(":1\r\n");
  });

  it("closes the connections of a deleted user, and of who listens to what it may no longer", () => {
    node.ask("ACL SETUSER bob on nopass &a* +@all ~*");
    for (const client of [2, 3, 4]) node.ask("AUTH bob x", client);
    node.ask("SUBSCRIBE a1", 2);
    node.ask("PSUBSCRIBE a*", 3);
    node.ask("ACL SETUSER bob &b*");
    expect(node.closed).toEqual([]);
    node.ask("ACL SETUSER bob resetchannels &a1");
    expect(node.closed).toEqual([3]);
    const own = node.execute(["ACL", "DELUSER", "bob"], 4);
    expect([latin1Of(own.reply), own.close]).toEqual([":1\r\n", true]);
    expect(node.closed).toEqual([3, 2, 3]);
    expect(node.session(2).user?.name).toBe("default");
  });

  it("logs users whole: who reads the record has the same ones", () => {
    const rules =
      "on >pw skip-sanitize-payload ~k* %R~r* &c +@all -@admin -get +config|get (%W~w +set +select|3)";
    node.ask(`ACL SETUSER bob ${rules}`);
    node.ask("ACL SETUSER eve nopass");
    node.ask("ACL DELUSER eve");
    const silent = { userChanged: () => {}, userDeleted: () => {}, usersKnown: () => {} };
    const users = new UserDirectory(commandTable, silent);
    for (const record of node.records) applyRecord(new Databases(), record, users);
    const told = users.all().map((user) => [user.name, describeUser(user, commandTable)]);
    expect(told).toEqual([
      ["bob", rulesOf("bob")],
      ["default", rulesOf("default")],
    ]);
    expect(users.versionOf("eve")).toMatchObject({ version: 2, shard: 0 });
  });
});
