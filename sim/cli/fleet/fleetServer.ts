/**
 * The NATS server that a fleet meets at. Each campaign has two streams: a work queue of ranges, from which a range goes when its worker
 * has acknowledged it, and a stream of the plan and one message a result. Nothing else in the simulator knows of NATS.
 */
import {
  AckPolicy,
  jetstream,
  jetstreamManager,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type Consumer,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
} from "@nats-io/jetstream";
import { connect, type ConnectionOptions, type NatsConnection } from "@nats-io/transport-node";
import type { SeedResult } from "../../../reports/seedResult.ts";
import { OutputError } from "../outputFiles.ts";
import type { SeedRange } from "../seedRange.ts";
import { UsageError } from "../../input/usageError.ts";
import {
  noCampaign,
  planFrom,
  seedRangeFrom,
  seedResultFrom,
  type FleetPlan,
} from "./fleetPlan.ts";

const RECONNECT_ATTEMPTS = 30;
const RECONNECT_WAIT_MS = 1000;
/** A server that says nothing for so long has forgotten who reads results, as one does that crashed: they are asked for anew. */
const SILENCE_MS = 4000;
const NANOSECONDS_A_MILLISECOND = 1_000_000;

/** The durable consumer that all workers of a campaign share. */
const WORKERS = "workers";

export interface CampaignState {
  readonly campaign: string;
  readonly plan: FleetPlan;
  readonly rangesWaiting: number;
  readonly rangesAtWork: number;
  /** Messages, with those of seeds that ran twice. */
  readonly results: number;
}

export interface DeliveredRange {
  readonly range: SeedRange;
  /** 1 the first time. */
  readonly delivery: number;
  /** "I am still at it." */
  readonly touch: () => void;
  /** Resolves when the server knows; the range will not be given out again. */
  readonly done: () => Promise<void>;
  /** Gives it back at once. */
  readonly giveBack: () => void;
}

export class FleetServer {
  private readonly connection: NatsConnection;
  private readonly manager: JetStreamManager;
  private readonly client: JetStreamClient;
  private readonly address: string;
  private lost: OutputError | undefined = undefined;

  private constructor(connection: NatsConnection, manager: JetStreamManager, address: string) {
    this.connection = connection;
    this.manager = manager;
    this.client = jetstream(connection);
    this.address = address;
    void connection.closed().then((error) => {
      if (error instanceof Error) this.lost = this.lostError();
    });
  }

  /** Throws OutputError that says what was expected if there is no such server or it has no JetStream. */
  static async open(address: string): Promise<FleetServer> {
    let connection: NatsConnection;
    try {
      connection = await connect({
        ...connectionOptions(address),
        maxReconnectAttempts: RECONNECT_ATTEMPTS,
        reconnectTimeWait: RECONNECT_WAIT_MS,
        name: `azimuth fleet ${process.pid}`,
      });
    } catch (error) {
      throw new OutputError(
        `no NATS server answers at ${address} (${reasonOf(error)}); expected one with JetStream, such as "nats-server -js"`,
      );
    }
    try {
      return new FleetServer(connection, await jetstreamManager(connection), address);
    } catch (error) {
      await connection.close();
      throw new OutputError(
        `the NATS server at ${address} has no JetStream (${reasonOf(error)}); start it with -js`,
      );
    }
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  /** Rejects when the server has been away for too long; never resolves. */
  whenLost(): Promise<never> {
    return this.connection.closed().then((error) => {
      if (error instanceof Error) throw this.lostError();
      return new Promise<never>(() => undefined);
    });
  }

  /** False if the campaign was there already. */
  async submit(campaign: string, plan: FleetPlan, ranges: readonly SeedRange[]): Promise<boolean> {
    if ((await this.planOf(campaign)) !== undefined) return false;
    // Streams without a plan are what a submitter left that was interrupted.
    await this.drop(campaign);
    await this.manager.streams.add({
      name: rangesStream(campaign),
      subjects: [`azimuth.${campaign}.range.*`],
      retention: RetentionPolicy.Workqueue,
      storage: StorageType.File,
    });
    await this.manager.streams.add({
      name: resultsStream(campaign),
      subjects: [`azimuth.${campaign}.plan`, `azimuth.${campaign}.result.*`],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
    });
    await this.manager.consumers.add(rangesStream(campaign), {
      durable_name: WORKERS,
      ack_policy: AckPolicy.Explicit,
      ack_wait: plan.silenceMs * NANOSECONDS_A_MILLISECOND,
      max_deliver: -1,
      max_ack_pending: 10_000,
    });
    for (let from = 0; from < ranges.length; from += PUBLISH_AT_ONCE) {
      const some = ranges.slice(from, from + PUBLISH_AT_ONCE);
      await Promise.all(
        some.map(async (range) =>
          this.publish(`azimuth.${campaign}.range.${range.first}`, JSON.stringify(range)),
        ),
      );
    }
    // Last: a campaign exists once its plan does.
    await this.publish(`azimuth.${campaign}.plan`, JSON.stringify(plan));
    return true;
  }

  /** Undefined if there is no such campaign. */
  async planOf(campaign: string): Promise<FleetPlan | undefined> {
    const subject = `azimuth.${campaign}.plan`;
    const text = await this.lastMessage(campaign, subject);
    return text === undefined ? undefined : planFrom(text, campaign);
  }

  async campaigns(): Promise<readonly CampaignState[]> {
    const states: CampaignState[] = [];
    for await (const name of this.manager.streams.names()) {
      const campaign = /^azimuth_(.+)_ranges$/.exec(name)?.[1];
      if (campaign === undefined) continue;
      const state = await this.stateOf(campaign);
      if (state !== undefined) states.push(state);
    }
    return states.sort((left, right) => (left.campaign < right.campaign ? -1 : 1));
  }

  /** Undefined if there is no such campaign. */
  async stateOf(campaign: string): Promise<CampaignState | undefined> {
    const plan = await this.planOf(campaign);
    if (plan === undefined) return undefined;
    try {
      const queue = await this.manager.consumers.info(rangesStream(campaign), WORKERS);
      const { state } = await this.manager.streams.info(resultsStream(campaign));
      return {
        campaign,
        plan,
        rangesWaiting: queue.num_pending,
        rangesAtWork: queue.num_ack_pending,
        results: state.messages - 1,
      };
    } catch (error) {
      // Dropped between two questions.
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  /** False if there was nothing to drop. */
  async drop(campaign: string): Promise<boolean> {
    let found = false;
    for (const name of [rangesStream(campaign), resultsStream(campaign)]) {
      try {
        found = (await this.manager.streams.delete(name)) || found;
      } catch (error) {
        if (!isAbsent(error)) throw error;
      }
    }
    return found;
  }

  async rangesOf(campaign: string): Promise<RangeQueue> {
    try {
      const consumer = await this.client.consumers.get(rangesStream(campaign), WORKERS);
      return new RangeQueue(consumer);
    } catch (error) {
      if (isAbsent(error)) throw new UsageError(noCampaign(campaign));
      throw error;
    }
  }

  async publishResult(campaign: string, result: SeedResult): Promise<void> {
    await this.publish(`azimuth.${campaign}.result.${result.seed}`, JSON.stringify(result));
  }

  async hasResult(campaign: string, seed: number): Promise<boolean> {
    const text = await this.lastMessage(campaign, `azimuth.${campaign}.result.${seed}`);
    return text !== undefined;
  }

  /** All results from the first on, and then those to come. Ends when `stop` resolves. */
  async readResults(
    campaign: string,
    onResult: (result: SeedResult) => void,
    stop: Promise<void>,
  ): Promise<void> {
    const consumer = await this.client.consumers.get(resultsStream(campaign), {
      filter_subjects: `azimuth.${campaign}.result.*`,
    });
    const messages = await consumer.consume({ max_messages: 500, expires: SILENCE_MS });
    void stop.then(() => messages.stop());
    for await (const message of messages) onResult(seedResultFrom(message.string()));
  }

  /** Sends again until the server has it: a range may only be acknowledged when its results are stored. */
  private async publish(subject: string, text: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.client.publish(subject, text, { timeout: 5000, retries: 3 });
        return;
      } catch (error) {
        if (this.lost !== undefined) throw this.lost;
        if (this.connection.isClosed()) throw this.lostError();
        if (error instanceof JetStreamApiError || attempt >= RECONNECT_ATTEMPTS) throw error;
        await sleep(RECONNECT_WAIT_MS);
      }
    }
  }

  private async lastMessage(campaign: string, subject: string): Promise<string | undefined> {
    try {
      const stream = resultsStream(campaign);
      const message = await this.manager.streams.getMessage(stream, { last_by_subj: subject });
      return message?.string();
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  private lostError(): OutputError {
    const seconds = (RECONNECT_ATTEMPTS * RECONNECT_WAIT_MS) / 1000;
    return new OutputError(
      `the NATS server at ${this.address} went away and did not come back within ${seconds} s; what it has stored is kept, start the same command again`,
    );
  }
}

/** The ranges of one campaign, one at a time. */
export class RangeQueue {
  private readonly consumer: Consumer;

  constructor(consumer: Consumer) {
    this.consumer = consumer;
  }

  /** Undefined if none came within the time. */
  async next(waitMs: number): Promise<DeliveredRange | undefined> {
    const message = await this.consumer.next({ expires: Math.max(1000, waitMs) });
    return message === null ? undefined : deliveredRange(message);
  }
}

function deliveredRange(message: JsMsg): DeliveredRange {
  return {
    range: seedRangeFrom(message.string()),
    delivery: message.info.deliveryCount,
    touch: () => message.working(),
    done: async () => {
      await message.ackAck({ timeout: 5000 });
    },
    giveBack: () => message.nak(),
  };
}

const PUBLISH_AT_ONCE = 200;

function rangesStream(campaign: string): string {
  return `azimuth_${campaign}_ranges`;
}

function resultsStream(campaign: string): string {
  return `azimuth_${campaign}_results`;
}

/** No such stream, consumer or message. */
function isAbsent(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.status === 404;
}

/** "nats://user:password@host:port", "tls://…" for an encrypted connection, several servers by comma. */
export function connectionOptions(address: string): ConnectionOptions {
  const servers: string[] = [];
  const options: ConnectionOptions = {};
  for (const each of address.split(",")) {
    const url = URL.canParse(each) ? new URL(each) : undefined;
    if (url === undefined || !["nats:", "tls:"].includes(url.protocol) || url.hostname === "") {
      throw new UsageError(
        `nats expects the address of a server, such as nats=nats://127.0.0.1:4222; got "${each}"`,
      );
    }
    servers.push(`${url.hostname}:${url.port === "" ? "4222" : url.port}`);
    if (url.protocol === "tls:") options.tls = {};
    const user = decodeURIComponent(url.username);
    if (user !== "" && url.password === "") options.token = user;
    if (user !== "" && url.password !== "") {
      options.user = user;
      options.pass = decodeURIComponent(url.password);
    }
  }
  options.servers = servers;
  return options;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
