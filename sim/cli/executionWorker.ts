/** Executes runs for the determinism guard, as a worker thread or as a process of its own. */
import { parentPort } from "node:worker_threads";
import { execute, type ExecutionTask } from "./execution.ts";
import { simulate } from "./realSimulation.ts";

const port = parentPort;
if (port === null) {
  process.on("message", (task: ExecutionTask) => process.send?.(execute(task, simulate)));
} else {
  port.on("message", (task: ExecutionTask) => port.postMessage(execute(task, simulate)));
}
