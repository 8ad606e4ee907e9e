/** What users by lot may do, beside a real redis-server 7.0. ACL_DECISIONS and ACL_SEED name another number and other lots. */
import { expect, it } from "vitest";
import { compareDecisions } from "../fuzz/accessDecisions.ts";
import { RealServer } from "../fuzz/realServer.ts";

it("ACL DRYRUN decides as a real redis-server, and rules are shown alike", async () => {
  const server = await RealServer.start(false);
  const real = server.connect();
  try {
    const wanted = Number(process.env["ACL_DECISIONS"] ?? 20_000);
    const seed = Number(process.env["ACL_SEED"] ?? 1);
    const compared = await compareDecisions(real, seed, wanted);
    expect(compared.differences).toEqual([]);
    expect(compared.decisions).toBeGreaterThanOrEqual(wanted);
    expect(compared.allowed).toBeGreaterThan(wanted / 20);
    expect(compared.allowed).toBeLessThan(wanted * 0.95);
    console.log(
      `${compared.decisions} decisions about ${compared.users} users, ${compared.allowed} allowed, none differs (seed ${seed}); rules of commands ${compared.comparesCommands ? "compared too" : "left out: some commands are missing here"}`,
    );
  } finally {
    real.end();
    server.stop();
  }
}, 900_000);
