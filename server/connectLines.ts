/** How to connect, told when the server is ready. */
import { relative } from "node:path";
import type { Ports } from "./host/layout.ts";

/** `authority`: the file that clients by TLS have to trust, "" if none is known. */
export function connectLines(
  { port, tlsPort }: Ports,
  authority: string,
  isCluster: boolean,
): readonly string[] {
  const program = `Connect with: redis-cli${isCluster ? " -c" : ""}`;
  const trust = authority === "" ? "" : ` --cacert ${relative("", authority)}`;
  return [
    ...(port > 0 ? [`${program} -p ${port}`] : []),
    ...(tlsPort > 0 ? [`${program} --tls${trust} -p ${tlsPort}`] : []),
  ];
}
