import { expect, it } from "vitest";
import { connectionOptions } from "./fleetServer.ts";

it("the address of a server may hold a user, a token, several servers, or ask for encryption", () => {
  expect(connectionOptions("nats://127.0.0.1")).toEqual({ servers: ["127.0.0.1:4222"] });
  expect(connectionOptions("nats://a:1,nats://b:2")).toEqual({ servers: ["a:1", "b:2"] });
  expect(connectionOptions("tls://ann:p%40ss@host:7")).toEqual({
    servers: ["host:7"],
    tls: {},
    user: "ann",
    pass: "p@ss",
  });
  expect(connectionOptions("nats://secret@host")).toMatchObject({ token: "secret" });
  for (const wrong of ["host:4222", "http://host", "nats://", "nats://a,b"]) {
    expect(() => connectionOptions(wrong)).toThrow(
      "nats expects the address of a server, such as nats=nats://127.0.0.1:4222",
    );
  }
});
