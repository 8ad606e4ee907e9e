/** Client-side caching tells nobody the name of a key that it may not read: what a user learns ends with its rights. */
import { beforeEach, describe, expect, it } from "vitest";
import { TestShard, type TestClient } from "./testShard.ts";

let shard: TestShard;
let primary: string;

beforeEach(() => {
  shard = new TestShard({ isClusterMode: false }).start();
  primary = shard.elect().id;
  shard.run(20);
  setUser("bob", "on", ">pw", "~mine:*", "%R~read:*", "%W~write:*", "+@all");
});

function setUser(name: string, ...rules: string[]): void {
  expect(shard.ask(primary, ["ACL", "SETUSER", name, ...rules])).toBe("+OK\r\n");
}

function bob(...options: string[]): TestClient {
  const client = shard.connect(primary).send("HELLO", "3", "AUTH", "bob", "pw");
  client.send("CLIENT", "TRACKING", "ON", ...options);
  shard.run(3);
  expect(client.take()).toMatch(/\+OK\r\n$/);
  return client;
}

/** What the client has been sent, the names of keys and "*" for "forget everything". */
function heard(client: TestClient): string {
  shard.run(5);
  const pushes = client.take().split(/>2\r\n\$10\r\ninvalidate\r\n/);
  expect(pushes[0]).toBe("");
  const names = pushes.slice(1).map((push) => {
    if (push === "_\r\n") return "*";
    return [...push.matchAll(/\$\d+\r\n(.*)\r\n/g)].map(([, name]) => name).join(" ");
  });
  return names.join(", ");
}

/** Somebody who may do everything changes these keys, each by itself. */
function change(...keys: string[]): void {
  for (const key of keys) {
    expect(shard.ask(primary, ["SET", key, String(shard.nowUs)])).toBe("+OK\r\n");
  }
}

const MINE_AND_OTHERS = ["secret", "mine:a", "write:a", "read:a", "other"] as const;

describe("a client that tracks by BCAST", () => {
  it("is told of the keys that its user may read, and of no other", () => {
    const client = bob("BCAST");
    change(...MINE_AND_OTHERS);
    expect(heard(client)).toBe("mine:a, read:a");
  });

  it("is told of no other by a prefix, however exact", () => {
    const client = bob("BCAST", "PREFIX", "secret", "PREFIX", "write:", "PREFIX", "read:");
    change(...MINE_AND_OTHERS);
    expect(heard(client)).toBe("read:a");
  });

  it("is told of no other by what one transaction, script or function changes along with its own", () => {
    const client = bob("BCAST");
    const admin = shard.connect(primary);
    admin.send("MULTI").send("MSET", "secret", "1", "mine:a", "1").send("DEL", "secret");
    admin.send("RENAME", "mine:a", "secret").send("EXEC");
    shard.run(5);
    expect(heard(client)).toBe("mine:a");
    const body = "redis.call('SET', 'mine:b', 1) return redis.call('SET', 'secret', 1)";
    expect(shard.ask(primary, ["EVAL", body, "0"])).toBe("+OK\r\n");
    expect(heard(client)).toBe("mine:b");
    const library = `#!lua name=l\nredis.register_function('f', function() ${body} end)`;
    expect(shard.ask(primary, ["FUNCTION", "LOAD", library])).toBe("$1\r\nl\r\n");
    expect(shard.ask(primary, ["FCALL", "f", "0"])).toBe("+OK\r\n");
    expect(heard(client)).toBe("mine:b");
  });

  it("is told of no other that expires, nor by a connection that listens for it", () => {
    const listener = shard.connect(primary).send("SUBSCRIBE", "__redis__:invalidate");
    const redirecting = bob("BCAST", "REDIRECT", String(listener.id));
    listener.take();
    const client = bob("BCAST");
    shard.ask(primary, ["SET", "secret", "1", "PX", "20"]);
    shard.ask(primary, ["SET", "mine:a", "1", "PX", "20"]);
    shard.run(500);
    expect(heard(client)).toBe("mine:a, mine:a");
    expect(listener.take().match(/secret|mine:a/g)).toEqual(["mine:a", "mine:a"]);
    expect(redirecting.take()).toBe("");
  });

  it("is told of no other at a replica", () => {
    const replica = shard.replicas()[0].id;
    const client = shard.connect(replica).send("HELLO", "3", "AUTH", "bob", "pw");
    client.send("CLIENT", "TRACKING", "ON", "BCAST");
    shard.run(3);
    client.take();
    change(...MINE_AND_OTHERS);
    expect(heard(client)).toBe("mine:a, read:a");
    setUser("bob", "resetkeys", "~secret");
    expect(heard(client)).toBe("*");
    change(...MINE_AND_OTHERS);
    expect(heard(client)).toBe("secret");
  });
});

describe("a client that tracks what it reads", () => {
  it("forgets everything when its user may read other keys, and is told of no key that it may not", () => {
    const client = bob();
    client.send("MGET", "mine:a", "mine:b").take();
    setUser("bob", "resetkeys", "~mine:b");
    expect(heard(client)).toBe("*");
    change("mine:a", "mine:b");
    expect(heard(client)).toBe("mine:b");
    // What it missed meanwhile it cannot take for current when the right comes back.
    setUser("bob", "~mine:a");
    expect(heard(client)).toBe("*");
  });

  it("is left alone when its user changes in other ways, or another does", () => {
    const client = bob();
    setUser("bob", ">other", "-set", "&news");
    setUser("eve", "on", "~*");
    expect(heard(client)).toBe("");
  });

  it("is judged by the user that it is now", () => {
    const client = shard.connect(primary).send("HELLO", "3").send("CLIENT", "TRACKING", "ON");
    client.send("GET", "secret").send("GET", "mine:a").take();
    client.send("AUTH", "bob", "pw");
    shard.run(3);
    expect(client.take()).toBe("+OK\r\n>2\r\n$10\r\ninvalidate\r\n_\r\n");
    change(...MINE_AND_OTHERS);
    expect(heard(client)).toBe("mine:a");
    client.send("AUTH", "bob", "pw");
    shard.run(3);
    expect(client.take()).toBe("+OK\r\n");
  });

  it("is told of nothing when its user is gone", () => {
    const client = bob("BCAST");
    shard.ask(primary, ["ACL", "DELUSER", "bob"]);
    change("mine:a");
    expect([client.take(), client.isClosed]).toEqual(["", true]);
  });

  it("knows no key of another's through OPTIN, CACHING or a refused reading", () => {
    const client = bob("OPTIN");
    client.send("CLIENT", "CACHING", "YES").send("MGET", "secret", "mine:a");
    client.send("CLIENT", "CACHING", "YES").send("EVAL", "return 1", "1", "secret");
    expect(client.take().match(/NOPERM/g)).toHaveLength(2);
    change("secret", "mine:a");
    expect(heard(client)).toBe("");
    expect(shard.ask(primary, ["INFO", "stats"])).toContain("tracking_total_keys:0\r\n");
  });
});
