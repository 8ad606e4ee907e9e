/** Users of a node that reads its shard's log anew: whose connections end. */
import { describe, expect, it } from "vitest";
import { commandTable } from "../commands/table.ts";
import { UserDirectory } from "./userDirectory.ts";

/** A directory that knows bob, and the names of those whose connections it has ended. */
function knownBob(): { users: UserDirectory; ended: readonly string[] } {
  const ended: string[] = [];
  const users = new UserDirectory(commandTable, {
    userChanged: () => {},
    userDeleted: ({ name }) => void ended.push(name),
    usersKnown: () => {},
  });
  users.beginAnew();
  users.learn({ name: "bob", version: 1, shard: 0, user: users.blank("bob") });
  users.endReading();
  return { users, ended };
}

describe("users of a log that is read anew", () => {
  it("keep their connections where nothing new is said of them", () => {
    const { users, ended } = knownBob();
    users.beginAnew();
    users.learn({ name: "bob", version: 1, shard: 0, user: users.blank("bob") });
    users.learn({ name: "bob", version: 2, shard: 0, user: users.blank("bob") });
    users.endReading();
    expect(ended).toEqual([]);
  });

  it("lose them once where they were deleted, and where they were made anew behind that", () => {
    const { users, ended } = knownBob();
    users.beginAnew();
    users.learn({ name: "bob", version: 1, shard: 0, user: users.blank("bob") });
    users.learn({ name: "bob", version: 2, shard: 0, user: undefined });
    users.learn({ name: "bob", version: 3, shard: 0, user: users.blank("bob") });
    expect(ended).toEqual([]);
    users.endReading();
    expect(ended).toEqual(["bob"]);
    expect(users.get("bob")).toBeDefined();
    // The same log once more: the deletion is no news.
    users.beginAnew();
    users.learn({ name: "bob", version: 2, shard: 0, user: undefined });
    users.learn({ name: "bob", version: 3, shard: 0, user: users.blank("bob") });
    users.endReading();
    expect(ended).toEqual(["bob"]);
    users.beginAnew();
    users.learn({ name: "bob", version: 4, shard: 0, user: undefined });
    users.endReading();
    expect(ended).toEqual(["bob", "bob"]);
    expect(users.get("bob")).toBeUndefined();
  });
});
