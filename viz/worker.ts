/** The simulator in a worker: the only file of the page that runs the engine. The page talks to it through Comlink. */
import { expose } from "comlink";
import { WorkerRun } from "./workerRun.ts";

expose(new WorkerRun());
