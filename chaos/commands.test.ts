import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { plainStyle } from "../reports/terminal.ts";
import { runCommand } from "./commands.ts";

async function run(...argv: string[]): Promise<{ readonly status: number; readonly text: string }> {
  let text = "";
  const print = (more: string): void => void (text += more);
  const around = { print, progress: print, style: plainStyle, server: "", plantedServer: "" };
  return { status: await runCommand(argv, around), text };
}

describe("the command line for faults", () => {
  it("says what it takes, and what was wrong", async () => {
    expect((await run()).text).toContain("npm run chaos -- kill zone=a");
    expect((await run("kill", "--help")).status).toBe(0);
    await expect(run("kil", "zone=a")).rejects.toThrow('unknown command "kil". Did you mean kill');
    await expect(run("kill", "zne=a")).rejects.toThrow('unknown field "zne". Did you mean zone');
    await expect(run("kill", "a")).rejects.toThrow('"a" is not name=value');
    await expect(run("kill", "zone=a", "zone=b")).rejects.toThrow("zone is given twice");
    await expect(run("pause", "zone=a", "forMs=soon")).rejects.toThrow("forMs must be a whole");
    await expect(run("cut", "zone=a", "oneWay=1")).rejects.toThrow("oneWay must be yes or no");
    await expect(run("heal", "id=x")).rejects.toThrow("id must be a number");
    await expect(run("status", "zone=a")).rejects.toThrow("status takes no zone=");
    await expect(run("status", "at=x")).rejects.toThrow("at must be a port");
    await expect(run("run", "scenario=az-outag")).rejects.toThrow("az-outage");
    await expect(run("run", "scenario=baseline", "workload=listedUsers", "keys=1")).rejects.toThrow(
      "listedUsers is for the simulator alone",
    );
    await expect(run("run", "scenario=baseline", "plant=no-such-bug")).rejects.toThrow("no-such");
  });

  it("says how to start a cluster where none listens", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await expect(run("status", `at=${port}`)).rejects.toThrow(
      `no cluster takes faults at http://127.0.0.1:${port}: start one with npm run serve`,
    );
  });

  it("sends the fields as what they are, with the token", async () => {
    const asked: unknown[] = [];
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (piece: Buffer) => (body += piece.toString()));
      request.on("end", () => {
        const { method, url, headers } = request;
        asked.push([method, url, headers.authorization, body === "" ? "" : JSON.parse(body)]);
        const isFault = method === "POST";
        response.writeHead(isFault ? 201 : 200, { "content-type": "application/json" });
        response.end(
          JSON.stringify(isFault ? { id: 3, text: "cut", endsInMs: -1 } : { healed: 2 }),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const at = `at=${(server.address() as AddressInfo).port}`;
    const cut = await run("cut", "zone=a", "oneWay=yes", "forMs=5", at, "token=sesame");
    expect(cut).toEqual({ status: 0, text: "3  cut: until npm run chaos -- heal id=3\n" });
    expect((await run("heal", at)).text).toBe("2 faults have ended\n");
    await run("heal", "id=3", at);
    expect(asked).toEqual([
      ["POST", "/faults", "Bearer sesame", { kind: "cut", zone: "a", oneWay: true, forMs: 5 }],
      ["DELETE", "/faults", undefined, ""],
      ["DELETE", "/faults/3", undefined, ""],
    ]);
    server.close();
  });
});
