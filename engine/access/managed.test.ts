import { beforeEach, describe, expect, it } from "vitest";
import { commandTable } from "../commands/table.ts";
import { takeUsers } from "./configuredUsers.ts";
import { UserDirectory } from "./userDirectory.ts";

let deleted: string[] = [];
let users: UserDirectory;

beforeEach(() => {
  deleted = [];
  const userDeleted = ({ name }: { readonly name: string }): void => void deleted.push(name);
  const watcher = { userChanged: () => {}, userDeleted, usersKnown: () => {} };
  users = new UserDirectory(commandTable, watcher);
  users.isManaged = true;
});

function names(): readonly string[] {
  return users.all().map(({ name }) => name);
}

describe("users that the host manages", () => {
  it("are those that it has given last, each time as a whole", () => {
    expect(users.isOpen).toBe(true);
    takeUsers(users, "user default off\nuser ada on +get\nuser bob on +set\n");
    expect(names()).toEqual(["ada", "bob", "default"]);
    expect(users.isOpen).toBe(false);
    const ada = users.get("ada");
    takeUsers(users, "user default off\nuser ada on +set\n");
    expect(names()).toEqual(["ada", "default"]);
    expect(deleted).toEqual(["bob"]);
    expect(users.get("ada")).toBe(ada);
    takeUsers(users, "");
    expect(names()).toEqual(["default"]);
    expect(users.isOpen).toBe(true);
  });

  it("are not those of the log, which another profile has written", () => {
    takeUsers(users, "user default off\nuser ada on +get\n");
    const change = { name: "eve", version: 1, shard: 0, user: users.blank("eve") };
    users.learn(change);
    users.learn({ name: "ada", version: 1, shard: 0, user: undefined });
    users.beginAnew();
    users.learn(change);
    users.endReading();
    expect(names()).toEqual(["ada", "default"]);
  });
});
