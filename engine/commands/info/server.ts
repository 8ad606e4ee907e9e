/** INFO's sections on the process: server and CPU. */
import { portFor } from "../../cluster/endpoint.ts";
import { redisVersion } from "../connection.ts";
import type { CommandContext } from "../context.ts";
import { hexIdentity } from "../identity.ts";

const SECONDS_A_DAY = 86_400;
/** The clock of LRU counts seconds in 24 bits. */
const LRU_CLOCK_BITS = 24;

export function serverLines(context: CommandContext): string[] {
  const { server, settings, unixUs } = context;
  const process = context.meter.figures.process();
  const uptimeSeconds = Math.max(0, Math.floor((unixUs - server.startedUnixUs) / 1e6));
  const hz = settings.get("hz");
  return [
    `redis_version:${redisVersion}`,
    "redis_git_sha1:00000000",
    "redis_git_dirty:0",
    "redis_build_id:0",
    `redis_mode:${server.isClusterMode ? "cluster" : "standalone"}`,
    `os:${process.os}`,
    "arch_bits:64",
    "monotonic_clock:POSIX clock_gettime",
    "multiplexing_api:libuv",
    "atomicvar_api:none",
    "gcc_version:0.0.0",
    `process_id:${process.processId}`,
    "process_supervised:no",
    `run_id:${runId(context)}`,
    `tcp_port:${portFor(server.self, false)}`,
    `server_time_usec:${Math.floor(unixUs)}`,
    `uptime_in_seconds:${uptimeSeconds}`,
    `uptime_in_days:${Math.floor(uptimeSeconds / SECONDS_A_DAY)}`,
    `hz:${hz}`,
    `configured_hz:${hz}`,
    `lru_clock:${Math.floor(unixUs / 1e6) % 2 ** LRU_CLOCK_BITS}`,
    `executable:${process.executable}`,
    `config_file:${process.configFile}`,
    "io_threads_active:0",
    `tls_port:${server.self.tlsPort}`,
    `availability_zone:${server.self.zone}`,
  ];
}

/** Another one for each start of a node. */
function runId({ server }: CommandContext): string {
  return hexIdentity(`run ${server.self.nodeId} ${server.incarnation}`);
}

export function processorLines(context: CommandContext): string[] {
  const { systemCpuUs, userCpuUs } = context.meter.figures.process();
  const system = (systemCpuUs / 1e6).toFixed(6);
  const user = (userCpuUs / 1e6).toFixed(6);
  return [
    `used_cpu_sys:${system}`,
    `used_cpu_user:${user}`,
    "used_cpu_sys_children:0.000000",
    "used_cpu_user_children:0.000000",
    `used_cpu_sys_main_thread:${system}`,
    `used_cpu_user_main_thread:${user}`,
  ];
}
