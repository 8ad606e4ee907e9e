import { describe, expect, it } from "vitest";
import { UsersAgreeCheck } from "./usersAgree.ts";

type Users = Readonly<Record<string, string>>;

function checkOf(...shards: readonly Users[]): UsersAgreeCheck {
  return new UsersAgreeCheck({
    shardNumbers: () => shards.map((_, shard) => shard),
    of: (shard) => ({ fold: { users: new Map(Object.entries(shards[shard] ?? {})) } }),
  });
}

describe("the check that users agree", () => {
  it("counts every user in every log when all tell the same", () => {
    const check = checkOf({ ada: "3", bob: "1" }, { bob: "1", ada: "3" }, { ada: "3", bob: "1" });
    expect(check.whyDiffer()).toBe(undefined);
    expect(check.finish()).toMatchObject({ verdict: "ok", examined: 6 });
  });

  it("names the user of whom two logs tell different changes", () => {
    const check = checkOf({ ada: "3", bob: "1" }, { ada: "3", bob: "2" });
    expect(check.whyDiffer()).toBe("the logs of shards 0 and 1 tell different changes of bob");
    expect(check.finish().verdict).toBe("nothing examined");
  });

  it("names the user of whom one log knows nothing, whichever it is", () => {
    const why = "the logs of shards 0 and 1 tell different changes of ada";
    expect(checkOf({ ada: "3" }, {}).whyDiffer()).toBe(why);
    expect(checkOf({}, { ada: "3" }).whyDiffer()).toBe(why);
  });

  it("has nothing to say of one shard, nor of no users", () => {
    for (const check of [checkOf({ ada: "3" }), checkOf({}, {})]) {
      expect(check.whyDiffer()).toBe(undefined);
      expect(check.finish()).toMatchObject({ verdict: "nothing examined", examined: 0 });
    }
  });
});
