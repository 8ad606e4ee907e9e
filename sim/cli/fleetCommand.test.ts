import { expect, it } from "vitest";
import { scenarios } from "../../scenarios/registry.ts";
import type { Surroundings } from "./commands.ts";
import { fleetCommand } from "./fleetCommand.ts";

it.each([
  ["", "one of submit, work, collect, list, drop"],
  ["sumbit swarm seeds=1..2", 'unknown word after fleet "sumbit". Did you mean submit?'],
  ["submit swarm", "submit expects a campaign, such as fleet submit swarm seeds=1..10000"],
  ["submit swarm seeds=1..9 shard=1/2", "shard, workers and junit have no meaning for submit"],
  ["submit swarm seeds=1..9 range=0", "range expects a whole number from 1 to 100000"],
  ["submit scenario=az-otage seeds=1..2", "Did you mean az-outage"],
  ["work campain=x", 'fleet work knows nats=…, campaign=…, workers=…; got "campain=x"'],
  ["work workers=0", "workers expects a whole number from 1 to 256"],
  ["collect", "which campaign? Write campaign=NAME"],
  ["collect campaign=x wait=maybe", "wait must be one of yes, no"],
  ["drop campaign=", "campaign needs a value"],
])("fleet %s is refused and says what it expected", async (line, expected) => {
  const argv = line === "" ? [] : line.split(" ");
  const around = { scenarios } as unknown as Surroundings;
  await expect(fleetCommand.run(argv, around)).rejects.toThrow(expected);
});
