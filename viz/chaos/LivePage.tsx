/** All that the live page shows: what can be done to the cluster, its faults and zones, and the timeline, which draws itself. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Status } from "./clusterApi.ts";
import { Button, type Fault, FaultsCard, ofCluster, ZoneCard } from "./panels.tsx";

interface Props {
  /** Undefined before the first answer. */
  readonly status: Status | undefined;
  readonly commandsPerSecond: number;
  /** What went wrong last; "" if nothing did. */
  readonly trouble: string;
  readonly timeline: HTMLElement;
  /** Hears how long faults shall last, as it is typed. */
  readonly setSeconds: (text: string) => void;
  readonly begin: (fault: Fault) => void;
  readonly heal: (id: number) => void;
  readonly healAll: () => void;
}

export function LivePage(props: Props): JSX.Element {
  const { status, trouble, timeline, setSeconds, begin, heal, healAll } = props;
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.replaceChildren(timeline);
  }, [timeline]);
  return (
    <>
      <header class="live">
        <h1>Azimuth: a running cluster</h1>
        <p class="headline">{status && headline(status, props.commandsPerSecond)}</p>
        <p class="lasting">
          <label for="seconds">Faults last </label>
          <input
            id="seconds"
            type="number"
            min="0"
            max="3600"
            defaultValue="10"
            onInput={(event) => setSeconds(event.currentTarget.value)}
          />{" "}
          seconds (0: until healed){" "}
          {ofCluster.map(({ text, help, fault }) => (
            <Button key={text} text={text} title={help} press={() => begin(fault)} />
          ))}
        </p>
        <p class="trouble" role="alert">
          {trouble}
        </p>
      </header>
      {status && (
        <>
          <div class="active">
            <FaultsCard faults={status.faults} heal={heal} healAll={healAll} />
          </div>
          <div class="cards zones">
            {status.zones.map((zone) => (
              <ZoneCard
                key={zone.zone}
                zone={zone}
                machines={status.machines.filter((one) => one.zone === zone.zone)}
                begin={begin}
              />
            ))}
          </div>
        </>
      )}
      <div ref={place} />
    </>
  );
}

function headline({ machines, mode }: Status, commandsPerSecond: number): string {
  const primaries = machines.filter(({ role }) => role === "primary");
  const led = primaries.map(({ node, shard }) => `shard ${shard} is led by ${node}`);
  const rate = `${commandsPerSecond} commands a second`;
  return `${led.length === 0 ? "Nobody leads" : led.join(", ")}; ${rate}; ${mode}`;
}
