/** INFO's section on memory. */
import type { CommandContext } from "../context.ts";
import { memoryFigures, percentOf, ratioOf } from "../monitoring/memoryFigures.ts";

export function memoryLines(context: CommandContext): string[] {
  const { settings } = context;
  const figures = memoryFigures(context);
  const { usedBytes, peakBytes, residentBytes, heldBytes, processBytes, datasetBytes } = figures;
  const limit = settings.number("maxmemory");
  return [
    ...bytesLines("used_memory", usedBytes),
    ...bytesLines("used_memory_rss", residentBytes),
    ...bytesLines("used_memory_peak", peakBytes),
    `used_memory_peak_perc:${percentOf(usedBytes, peakBytes).toFixed(2)}%`,
    `used_memory_overhead:${figures.overheadBytes}`,
    `used_memory_startup:${figures.startupBytes}`,
    `used_memory_dataset:${datasetBytes}`,
    `used_memory_dataset_perc:${percentOf(datasetBytes, usedBytes - figures.startupBytes).toFixed(2)}%`,
    `allocator_allocated:${processBytes}`,
    `allocator_active:${heldBytes}`,
    `allocator_resident:${residentBytes}`,
    ...bytesLines("total_system_memory", figures.systemBytes),
    ...scriptLines(context),
    `maxmemory:${settings.get("maxmemory")}`,
    `maxmemory_human:${humanBytes(limit)}`,
    `maxmemory_policy:${settings.get("maxmemory-policy")}`,
    ...fragmentationLines(processBytes, heldBytes, residentBytes),
    `mem_fragmentation_ratio:${ratioOf(residentBytes, usedBytes).toFixed(2)}`,
    `mem_fragmentation_bytes:${residentBytes - usedBytes}`,
    `mem_not_counted_for_evict:${figures.sparedBytes}`,
    "mem_replication_backlog:0",
    "mem_total_replication_buffers:0",
    "mem_clients_slaves:0",
    `mem_clients_normal:${figures.clientsBytes}`,
    "mem_cluster_links:0",
    "mem_aof_buffer:0",
    "mem_allocator:libc",
    "active_defrag_running:0",
    "lazyfree_pending_objects:0",
    `lazyfreed_objects:${context.statistics.lazyFreed}`,
  ];
}

function fragmentationLines(used: number, held: number, resident: number): string[] {
  return [
    `allocator_frag_ratio:${ratioOf(held, used).toFixed(2)}`,
    `allocator_frag_bytes:${held - used}`,
    `allocator_rss_ratio:${ratioOf(resident, held).toFixed(2)}`,
    `allocator_rss_bytes:${resident - held}`,
    "rss_overhead_ratio:1.00",
    "rss_overhead_bytes:0",
  ];
}

/** Texts are what is counted: what scripts hold while they run is the process's. */
function scriptLines({ databases, scripting }: CommandContext): string[] {
  const { cached, functions } = scripting;
  const functionBytes = databases.libraries.usedBytes;
  return [
    "used_memory_vm_eval:0",
    ...bytesLines("used_memory_lua", 0),
    `used_memory_scripts_eval:${cached.bytes}`,
    `number_of_cached_scripts:${cached.count}`,
    `number_of_functions:${functions.functionCount}`,
    `number_of_libraries:${databases.libraries.entries.size}`,
    "used_memory_vm_functions:0",
    ...bytesLines("used_memory_vm_total", 0),
    `used_memory_functions:${functionBytes}`,
    ...bytesLines("used_memory_scripts", cached.bytes + functionBytes),
  ];
}

function bytesLines(name: string, bytes: number): string[] {
  return [`${name}:${bytes}`, `${name}_human:${humanBytes(bytes)}`];
}

/** "1.50K" and so on, as bytesToHuman prints. */
function humanBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  const units = ["K", "M", "G", "T", "P"];
  let scaled = bytes / 1024;
  let unit = 0;
  while (scaled >= 1024 && unit < units.length - 1) {
    scaled /= 1024;
    unit++;
  }
  return `${scaled.toFixed(2)}${units[unit] ?? ""}`;
}
