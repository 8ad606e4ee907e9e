/** Parameters that are strings, as Redis 7.0.15 has them. */
import {
  appendFileName,
  appendFolderName,
  dumpFileName,
  hostName,
  processTitle,
} from "./checks.ts";
import { text, type Parameter } from "./parameter.ts";

export const texts: readonly Parameter[] = [
  text("dir", "", { traits: ["protected", "denyLoading"] }),
  text("aclfile", "", { traits: ["immutable"] }),
  text("unixsocket", "", { traits: ["immutable"] }),
  text("pidfile", "", { traits: ["immutable"] }),
  text("replica-announce-ip", "", { alias: "slave-announce-ip" }),
  text("masteruser", "", { traits: ["sensitive"] }),
  text("cluster-announce-ip", ""),
  text("cluster-config-file", "nodes.conf", { traits: ["immutable"] }),
  text("cluster-announce-hostname", "", { check: hostName }),
  text("syslog-ident", "redis", { traits: ["immutable"] }),
  text("dbfilename", "dump.rdb", { traits: ["protected"], check: dumpFileName }),
  text("appendfilename", "appendonly.aof", { traits: ["immutable"], check: appendFileName }),
  text("appenddirname", "appendonlydir", { traits: ["immutable"], check: appendFolderName }),
  text("server_cpulist", "", { traits: ["immutable"] }),
  text("bio_cpulist", "", { traits: ["immutable"] }),
  text("aof_rewrite_cpulist", "", { traits: ["immutable"] }),
  text("bgsave_cpulist", "", { traits: ["immutable"] }),
  text("ignore-warnings", ""),
  text("proc-title-template", "{title} {listen-addr} {server-mode}", { check: processTitle }),
  text("bind-source-addr", ""),
  text("logfile", "", { traits: ["immutable"] }),
  text("masterauth", "", { traits: ["sensitive"], isBinary: true }),
  text("requirepass", "", { traits: ["sensitive"], isBinary: true }),
];
