import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import { afterEach, expect, it } from "vitest";
import { listenOn } from "./listenOn.ts";
import { freePorts } from "./testClient.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Opens the port on each address; the addresses that answer by then. */
async function answering(...addresses: readonly string[]): Promise<readonly string[]> {
  const port = await freePorts(1);
  for (const address of addresses) {
    const server = createServer((socket) => socket.end());
    if (await listenOn(server, port, address)) servers.push(server);
  }
  const found: string[] = [];
  for (const host of ["127.0.0.1", "::1"]) {
    const socket = connect(port, host);
    const isOpen = await Promise.race([
      once(socket, "connect").then(() => true),
      once(socket, "error").then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isOpen) found.push(host);
  }
  return found;
}

/** Some computers have no IPv6. */
const ofIpv6 = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .flatMap(({ address }) => (address === "::1" ? [address] : []));

it("everywhere is each protocol by itself, or both beside each other", async () => {
  expect(await answering("*")).toEqual(["127.0.0.1"]);
  expect(await answering("-::*")).toEqual(ofIpv6);
  expect(await answering("*", "-::*")).toEqual(["127.0.0.1", ...ofIpv6]);
});

it("an address that this computer does not have is an error, unless it may be missing", async () => {
  expect(await answering("127.0.0.1", "-192.0.2.1")).toEqual(["127.0.0.1"]);
  await expect(answering("192.0.2.1")).rejects.toThrow("EADDRNOTAVAIL");
});
