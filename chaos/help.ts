/** What the command line prints for help. */
import { faultKindNames, faultKinds, fieldsOf } from "../server/chaos/faultKinds.ts";
import { realKinds } from "./realFaults.ts";

export function helpText(): string {
  const kinds = faultKindNames.map((kind) => {
    const fields = Object.entries(fieldsOf(kind)).map(
      ([name, { help, standard }]) =>
        `      ${name.padEnd(10)} ${help}${standard === undefined || standard === "" ? "" : ` (${standard})`}\n`,
    );
    return `  ${kind}: ${faultKinds[kind].help}\n${fields.join("")}`;
  });
  return `Faults on a running cluster.

Usage: npm run chaos -- FAULT [name=value …] [at=PORT] [token=TOKEN]
       npm run chaos -- heal [id=N] | status [json]
       npm run chaos -- run scenario=NAME|FILE.json [seed=N] [parameter=value …] [out=DIR] [plant=BUG] [json]

The cluster must have been started with chaos=yes:

  npm run serve -- zones=processes chaos=yes     kill -9 and SIGSTOP are real
  npm run serve -- chaos=yes                     all zones in one process

  at=PORT     where it takes faults; 7379 unless told, which is 1000 above the port of its first node
  token=TOKEN its chaos-token, if it has one

Faults
${kinds.join("")}
run starts three processes of its own, gives them the scenario's load and faults, and lets the simulator's checker judge what the clients were
told. The same scenario runs on the simulator, and a report shows both side by side. Faults of a scenario that real processes can be given:
${realKinds.join(", ")}.

With plant=BUG the three processes have one of the bugs of npm run mutants: the checker must notice.

Exit codes: 0 done, or everything held; 1 a safety check failed; 2 wrong usage, no cluster, or a fault that was refused; 3 stuck, or a promised
figure was missed; 4 the harness failed; 5 undecided.

Examples:
  npm run chaos -- kill zone=a
  npm run chaos -- pause role=primary forMs=5000
  npm run chaos -- cut zone=b to=clients
  npm run chaos -- heal
  npm run chaos -- run scenario=az-outage horizonMs=30000 faultForMs=10000
`;
}
