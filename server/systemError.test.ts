import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { isSystemError, sentenceOf } from "./systemError.ts";

function listenError(port: number, host: string): Promise<unknown> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", resolve);
    server.listen({ port, host });
  });
}

function said(error: unknown): string {
  return isSystemError(error) ? sentenceOf(error) : "not of the system";
}

describe("an error of the operating system", () => {
  it("names the port that is taken and the way out", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, "127.0.0.1", resolve);
    });
    const { port } = other.address() as AddressInfo;
    const error = await listenError(port, "127.0.0.1");
    other.close();
    expect(said(error)).toBe(
      `Failed listening on port ${port}: another program uses it on 127.0.0.1; choose another with port=N (a cluster takes one port a node from there on)`,
    );
  });

  it("names an address that this computer does not have", async () => {
    expect(said(await listenError(45_999, "203.0.113.7"))).toBe(
      "Failed listening on port 45999: this computer has no address 203.0.113.7; see bind=",
    );
  });

  it("is told as it is if nothing better is known, and others are none", () => {
    const full = Object.assign(new Error("ENOSPC: no space left"), {
      code: "ENOSPC",
      syscall: "write",
    });
    expect(said(full)).toBe("ENOSPC: no space left");
    expect(said(new Error("a mistake of ours"))).toBe("not of the system");
  });
});
