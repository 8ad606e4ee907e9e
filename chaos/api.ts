/** The running cluster's interface for faults, as its clients use it. */
import type { ActiveFault, Status } from "../server/chaos/control.ts";
import type { NumberedEvent } from "../server/chaos/moments.ts";
import type { FieldValue } from "../server/chaos/faultKinds.ts";

/** Nobody listens, or the request was refused; the message says what to do. */
export class ApiError extends Error {
  override readonly name = "ApiError";
}

/** As POST /faults takes it. */
export type FaultRequest = { readonly kind: string } & Readonly<Record<string, FieldValue>>;

export class Api {
  private readonly url: string;
  private readonly token: string;

  /** `token`: "" where none is needed. */
  constructor(port: number, token: string) {
    this.url = `http://127.0.0.1:${port}`;
    this.token = token;
  }

  status(): Promise<Status> {
    return this.ask("GET", "/status");
  }

  /** What machines have told of behind the event of this number. */
  async eventsAfter(id: number): Promise<readonly NumberedEvent[]> {
    const { events } = await this.ask<{ readonly events: readonly NumberedEvent[] }>(
      "GET",
      `/events/${id}`,
    );
    return events;
  }

  begin(fault: FaultRequest): Promise<ActiveFault> {
    return this.ask("POST", "/faults", fault);
  }

  heal(id: number): Promise<{ readonly healed: number }> {
    return this.ask("DELETE", `/faults/${id}`);
  }

  healAll(): Promise<{ readonly healed: number }> {
    return this.ask("DELETE", "/faults");
  }

  private async ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await this.fetched(path, {
      method,
      headers: {
        ...(this.token === "" ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const told = (await response.json()) as Answer & { readonly error?: string };
    if (!response.ok) throw new ApiError(told.error ?? `status ${response.status}`);
    return told;
  }

  private async fetched(path: string, request: RequestInit): Promise<Response> {
    try {
      return await fetch(`${this.url}${path}`, request);
    } catch {
      throw new ApiError(
        `no cluster takes faults at ${this.url}: start one with npm run serve -- zones=processes chaos=yes, or say where with at=PORT`,
      );
    }
  }
}
