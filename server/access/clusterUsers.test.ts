import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Log } from "../log.ts";
import { ClusterUsers, type KeptAccess } from "./clusterUsers.ts";

const dir = mkdtempSync(join(tmpdir(), "azimuth-users-"));
const file = join(dir, "acl");

afterAll(() => rmSync(dir, { recursive: true, maxRetries: 10 }));

class Place {
  access: KeptAccess | undefined;

  rememberAccess(access: KeptAccess): void {
    this.access = access;
  }
}

function usersOf(acl: string | undefined, place = new Place()): ClusterUsers {
  const log = new Log("warning", () => {});
  return new ClusterUsers({ acl, mayHavePasswords: true, places: [place], log });
}

describe("the users of a cluster", () => {
  it("are open-access until a file says otherwise, and again when that is asked for", () => {
    const place = new Place();
    expect(usersOf(undefined, place).news).toEqual({ version: 0, text: null });
    writeFileSync(file, "user ada on +get\n");
    const users = usersOf(file, place);
    const text = "user ada on resetchannels -@all +get\n";
    expect(users.news).toEqual({ version: 1, text });
    expect(users.text).toBe(`user default off\n${text}`);
    expect(usersOf(undefined, place).news).toEqual({ version: 1, text });
    expect(usersOf("open-access", place).news).toEqual({ version: 2, text: null });
    expect(usersOf(undefined, place).text).toBe("");
  });

  it("change when the file is read anew, and only if all of it is right", () => {
    writeFileSync(file, "user ada on +get\n");
    const users = usersOf(file);
    let changes = 0;
    users.follow(() => (changes += 1));
    expect(users.reload()).toEqual([]);
    expect(changes).toBe(0);
    writeFileSync(file, "user ada on +get\nuser 1bob on\n");
    expect(users.reload()).toEqual([
      `${file}:2: a user's name must begin with a letter, not "1bob"`,
    ]);
    expect(users.news.version).toBe(1);
    writeFileSync(file, "");
    expect(users.reload()).toEqual([]);
    expect(users.news).toEqual({ version: 2, text: "" });
    expect(users.text).toBe("user default off\n");
    expect(changes).toBe(1);
    rmSync(file);
    expect(users.reload()[0]).toContain("ENOENT");
    expect(() => usersOf(file)).toThrow("ENOENT");
  });

  it("are those that any zone has read last, and an old file of another zone brings nothing back", () => {
    writeFileSync(file, "user ada on +get\n");
    const place = new Place();
    const first = usersOf(file, place);
    first.heard({ version: 3, text: "user bob on -@all\n" });
    first.heard({ version: 2, text: "user eve on -@all\n" });
    expect(first.news).toEqual({ version: 3, text: "user bob on -@all\n" });
    expect(usersOf(file, place).news.version).toBe(3);
    writeFileSync(file, "user eve on +get\n");
    expect(usersOf(file, place).news).toEqual({
      version: 4,
      text: "user eve on resetchannels -@all +get\n",
    });
  });

  it("that two zones have read at once are the same everywhere", () => {
    const one = { version: 1, text: "user a on -@all\n" };
    const other = { version: 1, text: "user b on -@all\n" };
    const [first, second] = [usersOf(undefined), usersOf(undefined)];
    for (const news of [one, other]) first.heard(news);
    for (const news of [other, one]) second.heard(news);
    expect(first.news).toEqual(other);
    expect(second.news).toEqual(other);
  });

  it("need TLS, or that somebody says they need none; nothing is kept of what is refused", () => {
    writeFileSync(file, "user ada on +get\n");
    const place = new Place();
    const log = new Log("warning", () => {});
    const refused = { mayHavePasswords: false, places: [place], log };
    expect(() => new ClusterUsers({ ...refused, acl: file })).toThrow("needs TLS");
    expect(place.access).toBeUndefined();
    expect(new ClusterUsers({ ...refused, acl: "open-access" }).reload()).toEqual([]);
    usersOf(file, place);
    expect(() => new ClusterUsers({ ...refused, acl: undefined })).toThrow("acl-without-tls=yes");
  });
});
