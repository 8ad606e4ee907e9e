/** Parameters that are one of some words, as Redis 7.0.15 has them. */
import { word, type Parameter } from "./parameter.ts";

const PROTECTED: readonly string[] = ["no", "yes", "local"];

export const words: readonly Parameter[] = [
  word("supervised", ["upstart", "systemd", "auto", "no"], "no", { traits: ["immutable"] }),
  word(
    "syslog-facility",
    ["user", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"],
    "local0",
    { traits: ["immutable"] },
  ),
  word("repl-diskless-load", ["disabled", "on-empty-db", "swapdb"], "disabled", {
    traits: ["debug", "denyLoading"],
  }),
  word("loglevel", ["debug", "verbose", "notice", "warning"], "notice"),
  word(
    "maxmemory-policy",
    [
      "volatile-lru",
      "volatile-lfu",
      "volatile-random",
      "volatile-ttl",
      "allkeys-lru",
      "allkeys-lfu",
      "allkeys-random",
      "noeviction",
    ],
    "noeviction",
  ),
  word("appendfsync", ["everysec", "always", "no"], "everysec"),
  word("oom-score-adj", ["no", "yes", "relative", "absolute"], "no", {
    synonyms: new Map([["relative", "yes"]]),
  }),
  word("acl-pubsub-default", ["allchannels", "resetchannels"], "resetchannels"),
  word("sanitize-dump-payload", ["no", "yes", "clients"], "no", { traits: ["debug"] }),
  word("enable-protected-configs", PROTECTED, "no", { traits: ["immutable"] }),
  word("enable-debug-command", PROTECTED, "no", { traits: ["immutable"] }),
  word("enable-module-command", PROTECTED, "no", { traits: ["immutable"] }),
  word("cluster-preferred-endpoint-type", ["ip", "hostname", "unknown-endpoint"], "ip"),
  word("propagation-error-behavior", ["ignore", "panic", "panic-on-replicas"], "ignore"),
];
