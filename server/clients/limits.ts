/** What an operator may limit in the clients of one node: parameters of redis.conf, in force from the CONFIG SET that changes them. */
import { must } from "../../engine/assert.ts";
import { type InitialValues, Settings } from "../../engine/settings/settings.ts";
import { parameterNamed } from "../../engine/settings/table.ts";

/** What may wait to be taken by a client; 0: no limit. */
export interface OutputLimit {
  /** At this many bytes it is cut off. */
  readonly hardBytes: number;
  /** It may have this many bytes or more for so long. */
  readonly softBytes: number;
  readonly softMs: number;
}

const none: OutputLimit = { hardBytes: 0, softBytes: 0, softMs: 0 };

export class ClientLimits {
  mostClients = 0;
  /** Connections that the system keeps for us until they are accepted. */
  backlog = 0;
  /** 0: sockets are not probed. */
  keepAliveMs = 0;
  /** Only this computer's own clients are let in while none needs a password. */
  isProtected = false;
  /** Nodes are nobody's clients: Redis's class for replicas has no members. */
  normalOutput: OutputLimit = none;
  subscriberOutput: OutputLimit = none;
  private readonly settings: Settings = new Settings();

  constructor(initial: InitialValues) {
    const { settings } = this;
    settings.load(initial);
    settings.follow("maxclients", (text) => {
      this.mostClients = Number(text);
    });
    settings.follow("tcp-backlog", (text) => {
      this.backlog = Number(text);
    });
    settings.follow("tcp-keepalive", (text) => {
      this.keepAliveMs = Number(text) * 1000;
    });
    settings.follow("protected-mode", (text) => {
      this.isProtected = text === "yes";
    });
    settings.follow("client-output-buffer-limit", (text) => {
      const words = text.split(" ");
      this.normalOutput = outputLimit(words, "normal");
      this.subscriberOutput = outputLimit(words, "pubsub");
    });
  }

  /** A parameter has another value, as CONFIG GET prints it. */
  change(name: string, text: string): void {
    this.settings.change(must(parameterNamed(name), name), text);
  }
}

/** Of one class in "normal 0 0 0 slave 268435456 67108864 60 …". */
function outputLimit(words: readonly string[], name: string): OutputLimit {
  const at = words.indexOf(name);
  return {
    hardBytes: Number(words[at + 1]),
    softBytes: Number(words[at + 2]),
    softMs: Number(words[at + 3]) * 1000,
  };
}
