/** A database node's executor alone: requests come as bytes and are executed as in the server; nothing is logged. */
import { must } from "../../engine/assert.ts";
import { latin1Bytes } from "../../engine/bytes/latin1.ts";
import { Executor } from "../../engine/commands/execute.ts";
import { Session } from "../../engine/commands/session.ts";
import { findCommand } from "../../engine/commands/table.ts";
import { Databases } from "../../engine/keyspace/databases.ts";
import { loneServer } from "../../sim/checker/models/engineExecutor.ts";
import { requestText } from "./requests.ts";

const unixUs: number = Date.now() * 1000;

export class FilledNode {
  readonly databases: Databases = new Databases();
  private readonly executor = new Executor(this.databases, loneServer(unixUs), Math.random);
  private readonly session = new Session(1, "127.0.0.1:1", unixUs);

  execute(request: readonly string[]): void {
    const { decoder } = this.session;
    decoder.push(latin1Bytes(requestText(request)));
    const argv = must(decoder.next(), "request");
    this.executor.execute(this.session, argv, findCommand(argv), unixUs, true);
  }
}
