import { describe, expect, it } from "vitest";
import { Settings } from "./settings.ts";
import { parameterNamed, parameterNames, parameters } from "./table.ts";

/** What a value of a parameter is read as: its normal form, or "! " and why not. */
function read(name: string, value: string): string {
  const parameter = parameterNamed(name);
  if (parameter === undefined) return "no such parameter";
  const words = !parameter.isList ? [value] : value === "" ? [] : value.split(" ");
  const reading = parameter.read(words, parameter.initial);
  return "text" in reading ? reading.text : `! ${reading.why}`;
}

describe("the parameters", () => {
  it("have names and aliases that are unique, and initial values in normal form", () => {
    expect(new Set(parameterNames).size).toBe(parameterNames.length);
    expect(parameters.length).toBe(179);
    for (const { name, initial } of parameters) {
      if (name === "replicaof" || name === "appendfilename") continue;
      expect([name, read(name, initial)]).toEqual([name, initial]);
    }
  });

  it("are found by alias and in any case", () => {
    expect(parameterNamed("LUA-time-limit")?.name).toBe("busy-reply-threshold");
    expect(parameterNamed("nosuch")).toBeUndefined();
  });

  it("yes or no", () => {
    expect(read("appendonly", "YES")).toBe("yes");
    expect(read("appendonly", "1")).toBe("! argument must be 'yes' or 'no'");
  });

  it("one of some words, and synonyms", () => {
    expect(read("maxmemory-policy", "ALLKEYS-lru")).toBe("allkeys-lru");
    expect(read("oom-score-adj", "relative")).toBe("yes");
    expect(read("appendfsync", "never")).toBe(
      "! argument(s) must be one of the following: everysec, always, no",
    );
  });

  it("whole numbers within a range; unsigned ones read a negative as huge", () => {
    expect(read("hz", "500")).toBe("500");
    expect(read("hz", "x")).toBe("! argument couldn't be parsed into an integer");
    expect(read("io-threads", "129")).toBe("! argument must be between 1 and 128 inclusive");
    expect(read("slowlog-log-slower-than", "-1")).toBe("-1");
    expect(read("hash-max-listpack-entries", "-1")).toBe(
      "! argument must be between 0 and 9223372036854775807 inclusive",
    );
  });

  it("bytes with units, which may wrap and may lack digits as in C", () => {
    expect(read("maxmemory", "1kb")).toBe("1024");
    expect(read("maxmemory", "2GB")).toBe("2147483648");
    expect(read("maxmemory", "3g")).toBe("3000000000");
    expect(read("maxmemory", "")).toBe("0");
    expect(read("maxmemory", "mb")).toBe("0");
    expect(read("maxmemory", "18446744073709551615")).toBe("18446744073709551615");
    expect(read("maxmemory", "18446744073709551617kb")).toBe("18446744073709550592");
    expect(read("maxmemory", "-1")).toBe("! argument must be a memory value");
    expect(read("maxmemory", "1tb")).toBe("! argument must be a memory value");
    expect(read("proto-max-bulk-len", "1k")).toBe(
      "! argument must be between 1048576 and 9223372036854775807 inclusive",
    );
  });

  it("a percentage or bytes", () => {
    expect(read("maxmemory-clients", "5%")).toBe("5%");
    expect(read("maxmemory-clients", "100mb")).toBe("104857600");
    expect(read("maxmemory-clients", "200%")).toBe(
      "! percentage argument must be less or equal to 100",
    );
    expect(read("maxmemory-clients", "-5%")).toBe("! argument must be a memory or percent value");
  });

  it("octal", () => {
    expect(read("unixsocketperm", "700")).toBe("700");
    expect(read("unixsocketperm", "9")).toBe("! argument couldn't be parsed as an octal number");
    expect(read("unixsocketperm", "1000")).toBe("! argument must be between 0 and 777 inclusive");
  });

  it("strings with rules", () => {
    expect(read("dbfilename", "a/b")).toBe("! dbfilename can't be a path, just a filename");
    expect(read("appenddirname", "")).toBe("! appenddirname can't be empty");
    expect(read("cluster-announce-hostname", "a_b")).toBe(
      "! Hostnames may only contain alphanumeric characters, hyphens or dots",
    );
    expect(read("cluster-announce-hostname", "a".repeat(256))).toBe(
      "! Hostnames must be less than 256 characters",
    );
    expect(read("logfile", "a\0b")).toBe("a");
    expect(read("requirepass", "a\0b")).toBe("a\0b");
  });

  it("the title of the process: known variables, not empty", () => {
    const wrong = "! template format is invalid or contains unknown variables";
    expect(read("proc-title-template", "{port} {{")).toBe("{port} {{");
    expect(read("proc-title-template", "x {nosuch}")).toBe(wrong);
    expect(read("proc-title-template", "x {port")).toBe(wrong);
    expect(read("proc-title-template", "{title}")).toBe(wrong);
    expect(read("proc-title-template", "")).toBe(wrong);
  });

  it("save", () => {
    expect(read("save", "900 1 300 10")).toBe("900 1 300 10");
    expect(read("save", "")).toBe("");
    expect(read("save", "900")).toBe("! Invalid save parameters");
    expect(read("save", "0 1")).toBe("! Invalid save parameters");
    expect(read("save", "1 -1")).toBe("! Invalid save parameters");
  });

  it("limits of output buffers, of the named classes only", () => {
    expect(read("client-output-buffer-limit", "replica 1mb 2kb 3")).toBe(
      "normal 0 0 0 slave 1048576 2048 3 pubsub 33554432 8388608 60",
    );
    expect(read("client-output-buffer-limit", "normal 1")).toBe(
      "! Wrong number of arguments in buffer limit configuration.",
    );
    expect(read("client-output-buffer-limit", "master 1 1 1")).toBe(
      "! Invalid client class specified in buffer limit configuration.",
    );
    expect(read("client-output-buffer-limit", "normal 1 1 -1")).toBe(
      "! Error in hard, soft or soft_seconds setting in buffer limit configuration.",
    );
  });

  it("classes of keyspace events", () => {
    expect(read("notify-keyspace-events", "KEA")).toBe("AKE");
    expect(read("notify-keyspace-events", "Elg$shzxetdn")).toBe("AnE");
    expect(read("notify-keyspace-events", "mKn$g")).toBe("g$nKm");
    expect(read("notify-keyspace-events", "KEx?")).toBe(
      "! Invalid event class character. Use 'Ag$lshzxeKEtmdn'.",
    );
  });

  it("what a signal means", () => {
    expect(read("shutdown-on-sigterm", "NOW nosave")).toBe("nosave now");
    expect(read("shutdown-on-sigterm", "default")).toBe("default");
    expect(read("shutdown-on-sigterm", "save nosave")).toBe(
      "! shutdown options SAVE and NOSAVE can't be used simultaneously",
    );
    expect(read("shutdown-on-sigint", "")).toBe(
      "! argument(s) must be one of the following: default, save, nosave, now, force",
    );
  });

  it("percentiles, addresses, scores for the killer", () => {
    expect(read("latency-tracking-info-percentiles", "50.0 99.990 0")).toBe("50 99.99 0");
    expect(read("latency-tracking-info-percentiles", "101")).toBe(
      "! latency-tracking-info-percentiles parameters should sit between [0.0,100.0]",
    );
    expect(read("latency-tracking-info-percentiles", "x")).toBe(
      "! Invalid latency-tracking-info-percentiles parameters",
    );
    expect(read("bind", "127.0.0.1 -::1")).toBe("127.0.0.1 -::1");
    expect(read("bind", "a ".repeat(16))).toBe("! Too many bind addresses specified.");
    expect(read("oom-score-adj-values", "1 2")).toBe("! wrong number of arguments");
    expect(read("oom-score-adj-values", "1 2 2001")).toBe(
      "! Invalid oom-score-adj-values, elements must be between -2000 and 2000.",
    );
    expect(read("replicaof", "no one")).toBe("");
    expect(read("replicaof", "10.0.0.1 70000")).toBe("! Invalid master port");
  });
});

describe("the settings of a node", () => {
  it("keep what the host gives and what clients change, and tell who follows", () => {
    const settings = new Settings();
    const seen: string[] = [];
    settings.follow("timeout", (text) => seen.push(text));
    settings.load(new Map([["timeout", ["30"]]]));
    const timeout = parameterNamed("timeout");
    if (timeout === undefined) throw new Error("timeout is a parameter");
    settings.change(timeout, "60");
    settings.change(timeout, "60");
    expect(seen).toEqual(["0", "30", "60"]);
    expect(settings.number("timeout")).toBe(60);
    expect(settings.isOn("protected-mode")).toBe(true);
    expect(settings.untold).toEqual(["timeout"]);
  });

  it("refuse a value that the host has not checked", () => {
    expect(() => new Settings().load(new Map([["timeout", ["x"]]]))).toThrow("timeout");
  });
});
