import { describe, expect, it } from "vitest";
import { TestExecutor } from "./testExecutor.ts";

const primary = "eed58b666709967ed4580949ffb90b034efe022a";
const replica = "6ef2c39930fe7d13eae3023f26c5a8fa7ccf054c";
const fixed =
  "-ERR CLUSTER configuration is fixed: slots and nodes stay as the cluster was made\r\n";

/** The first reply that differs; "" if none does. */
function differenceOf(
  node: TestExecutor,
  dialogue: readonly (readonly [string, string])[],
): string {
  for (const [line, expected] of dialogue) {
    const reply = node.ask(line);
    if (reply !== expected) return `${line}: ${reply}`;
  }
  return "";
}

describe("CLUSTER", () => {
  it("knows nodes by their identities", () => {
    const dialogue: [string, string][] = [
      ["cluster myid", `$40\r\n${primary}\r\n`],
      [
        `cluster replicas ${primary}`,
        `*1\r\n$123\r\n${replica} 10.0.0.2:6380@16380 slave ${primary} 0 0 3 connected\r\n`,
      ],
      [`cluster slaves ${replica}`, "-ERR The specified node is not a master\r\n"],
      ["cluster replicas x", "-ERR Unknown node x\r\n"],
      [`cluster count-failure-reports ${replica.toUpperCase()}`, ":0\r\n"],
      ["cluster count-failure-reports x", "-ERR Unknown node x\r\n"],
    ];
    expect(differenceOf(new TestExecutor(), dialogue)).toBe("");
  });

  it("tells the links in both directions", () => {
    const links = new TestExecutor().ask("cluster links");
    expect(links.startsWith("*4\r\n*12\r\n$9\r\ndirection\r\n$2\r\nto\r\n$4\r\nnode\r\n")).toBe(
      true,
    );
    expect(links).toContain(`$4\r\nfrom\r\n$4\r\nnode\r\n$40\r\n${replica}\r\n`);
  });

  it("lets a replica take over, and nobody else", () => {
    const node = new TestExecutor();
    expect(node.ask("cluster failover")).toBe(
      "-ERR You should send CLUSTER FAILOVER to a replica\r\n",
    );
    node.isPrimary = false;
    expect(node.ask("cluster failover now")).toBe("-ERR syntax error\r\n");
    expect(node.ask("cluster failover")).toBe("+OK\r\n");
    expect(node.ask("cluster failover takeover")).toBe("+OK\r\n");
    expect(node.asked).toEqual(["take over", "take over"]);
  });

  it("takes slots that the node serves already", () => {
    const dialogue: [string, string][] = [
      ["cluster addslots 1 8191", "+OK\r\n"],
      ["cluster addslotsrange 0 5 7 8191", "+OK\r\n"],
    ];
    expect(differenceOf(new TestExecutor(), dialogue)).toBe("");
  });

  it("refuses what would change the layout", () => {
    const dialogue: [string, string][] = [
      ["cluster addslots 1 8192", "-ERR Slot 8192 is already busy\r\n"],
      ["cluster addslots 16384", "-ERR Invalid or out of range slot\r\n"],
      ["cluster addslotsrange 0 16383", "-ERR Slot 16383 is already busy\r\n"],
      [
        "cluster addslotsrange 5 1",
        "-ERR start slot number 5 is greater than end slot number 1\r\n",
      ],
      [
        "cluster addslotsrange 1 2 3",
        "-ERR wrong number of arguments for 'cluster|addslotsrange' command\r\n",
      ],
      ["cluster delslots 1", fixed],
      ["cluster delslotsrange 1 x", "-ERR Invalid or out of range slot\r\n"],
      ["cluster setslot 1 stable", "+OK\r\n"],
      [
        "cluster setslot 1 moved",
        "-ERR Invalid CLUSTER SETSLOT action or number of arguments. Try CLUSTER HELP\r\n",
      ],
      ["cluster setslot 1 node x", "-ERR Unknown node x\r\n"],
      ["cluster setslot 1 migrating x", "-ERR I don't know about node x\r\n"],
      [`cluster setslot 1 migrating ${replica}`, fixed],
      ["cluster meet 10.0.0.3 6379", fixed],
      ["cluster meet 10.0.0.3 x", "-ERR Invalid TCP base port specified: x\r\n"],
      [`cluster forget ${primary}`, "-ERR I tried hard but I can't forget myself...\r\n"],
      [`cluster forget ${replica}`, fixed],
      [`cluster replicate ${primary}`, "-ERR Can't replicate myself\r\n"],
      ["cluster reset soon", "-ERR syntax error\r\n"],
      ["cluster reset hard", fixed],
      ["cluster flushslots", fixed],
      ["cluster bumpepoch", "+STILL 3\r\n"],
      ["cluster set-config-epoch -1", "-ERR Invalid config epoch specified: -1\r\n"],
      [
        "cluster set-config-epoch 1",
        "-ERR The user can assign a config epoch only when the node does not know any other node.\r\n",
      ],
      ["cluster saveconfig", "+OK\r\n"],
      ["asking", "+OK\r\n"],
    ];
    expect(differenceOf(new TestExecutor(), dialogue)).toBe("");
  });

  it("announces a name where one is configured", () => {
    const node = new TestExecutor();
    node.ask("config set cluster-announce-hostname node.example");
    expect(node.ask("cluster slots")).toContain(
      `$8\r\n10.0.0.1\r\n:6379\r\n$40\r\n${primary}\r\n*2\r\n$8\r\nhostname\r\n$12\r\nnode.example\r\n`,
    );
    expect(node.ask("cluster nodes")).toContain("10.0.0.1:6379@16379,node.example myself,master");
    expect(node.ask("cluster nodes")).toContain("10.0.0.3:6381@7003 slave ");
    node.ask("config set cluster-preferred-endpoint-type hostname");
    expect(node.ask("cluster slots")).toContain(
      `$12\r\nnode.example\r\n:6379\r\n$40\r\n${primary}\r\n*2\r\n$2\r\nip\r\n$8\r\n10.0.0.1\r\n`,
    );
    expect(node.ask("cluster shards")).toContain("$8\r\nendpoint\r\n$12\r\nnode.example\r\n");
    node.ask("config set cluster-preferred-endpoint-type unknown-endpoint");
    expect(node.ask("cluster slots")).toContain("*4\r\n$-1\r\n:6379\r\n");
  });

  it("is refused without cluster mode", () => {
    const node = new TestExecutor();
    node.isClusterMode = false;
    const requests = [
      "cluster info",
      "cluster help",
      "cluster myid",
      "readonly",
      "readwrite",
      "asking",
    ];
    for (const request of requests) {
      expect(node.ask(request)).toBe("-ERR This instance has cluster support disabled\r\n");
    }
  });
});
