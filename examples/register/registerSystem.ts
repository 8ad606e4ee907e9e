/** The register put into the simulated world: its machines, its clients, and what they may believe. */
import type { Specification, System } from "azimuth/kernel";
import { Register, type RegisterBug } from "./register.ts";

export type Request =
  | { readonly f: "get"; readonly key: string }
  | { readonly f: "set"; readonly key: string; readonly value: string };

/** null: nothing was ever written. */
export type Value = string | null;

const names = ["register-a", "register-b", "register-c"];

/** A register of one key at a time: a read answers what was written last. */
export const registerSpecification: Specification<Request, Value, Value> = {
  initial: null,
  step(state, input, output) {
    if (input.f === "set") return input.value;
    return output === undefined || output === state ? state : undefined;
  },
  isRead: (input) => input.f === "get",
  keyOf: (input) => input.key,
  sayInput: (input) => (input.f === "get" ? `GET ${input.key}` : `SET ${input.key} ${input.value}`),
};

export function registerSystem(bug: RegisterBug): System<Request, Value, Value> {
  const running: Map<string, Register> = new Map();
  const writer = (): string | undefined =>
    names.find((name) => running.get(name)?.isWriting === true);
  let written = 0;
  return {
    machines: names.map((name) => ({ name, zone: name.slice(-1) })),
    boot({ name, incarnation }) {
      const register = new Register({ name, peers: names, incarnation, bug });
      running.set(name, register);
      return register;
    },
    roles: { writer },
    moments: { writing: () => writer() !== undefined },
    clients: {
      ask(_client, random, parameters) {
        const node = names.at(Math.floor(random() * names.length)) as string;
        const key = `k${Math.floor(random() * Number(parameters["keys"]))}`;
        const isRead = random() < Number(parameters["readRatio"]);
        written += 1;
        const input: Request = isRead ? { f: "get", key } : { f: "set", key, value: `v${written}` };
        const line = input.f === "get" ? `GET ${key}\n` : `SET ${key} ${input.value}\n`;
        return { node, input, bytes: new TextEncoder().encode(line) };
      },
      hear(_input, bytes) {
        const text = new TextDecoder().decode(bytes);
        if (!text.endsWith("\n")) return undefined;
        const reply = JSON.parse(text) as { value: Value } | { error: string };
        if ("error" in reply) return { outcome: "fail" };
        return { outcome: "ok", output: reply.value };
      },
    },
    specification: registerSpecification,
  };
}
