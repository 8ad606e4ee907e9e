/**
 * The just-in-time search for one key: is there an order of its operations, each between its invocation and its
 * completion, that the model allows? (Lowe's search; reductions as in the comments.)
 *
 * The frontier is the set of configurations that explain everything so far: a state, and which pending operations have
 * already taken effect. An operation is placed only when its completion forces it. When the frontier becomes empty at a
 * completion, that response is the end of the shortest prefix that no order explains.
 */
import type { Operation } from "./history.ts";
import type { Model, State } from "./models/model.ts";

/** Bits of pending slots, 31 a word; most keys never need a second word. */
interface Configuration {
  state: State;
  low: number;
  high: number[] | undefined;
}

export interface Impossible {
  /** The first response that no order explains. */
  readonly operation: Operation;
  /** What the key could hold before it. */
  readonly states: readonly State[];
  /** Pending at that moment, without the operation itself. */
  readonly overlapping: readonly Operation[];
  /** A read, or an operation without effect, whose answer was right at some earlier moment. Only told with `remembersStates`. */
  readonly wasTrueEarlier: boolean;
}

const WORD = 31;
/** A search of one completion beyond so many configurations also looks ahead at what pending operations must find. */
const LOOKAHEAD_FROM = 64;

export class KeySearch {
  /** Configurations made so far. */
  explored = 0;
  /** Set by the feeder: when the next overwriting operation that is not invoked here yet will be; Infinity if none is known. */
  nextOverwriteOrder: number = Infinity;
  private readonly model: Model;
  private readonly limit: number;
  private readonly pastStates: Set<State> | undefined;
  private readonly slots: (Operation | undefined)[] = [];
  private readonly slotOf: Map<Operation, number> = new Map();
  private configurations: Configuration[];
  private openLow = 0;
  private readonly openHigh: number[] = [];
  /** Overwriting operations that are pending. */
  private overwriters = 0;

  /**
   * @param limit configurations for one completion, above which the search gives up
   * @param remembersStates keeps every state that the key ever had, to tell a stale answer from an invented one
   */
  constructor(model: Model, limit: number, remembersStates: boolean) {
    this.model = model;
    this.limit = limit;
    this.pastStates = remembersStates ? new Set([model.initial]) : undefined;
    this.configurations = [{ state: model.initial, low: 0, high: undefined }];
  }

  /** Possible states now. */
  states(): readonly State[] {
    return [...new Set(this.configurations.map((configuration) => configuration.state))];
  }

  /** An operation begins. Its outcome must be known already: "ok", or unknown for ever. */
  invoke(operation: Operation): void {
    const isOpen = operation.outcome !== "ok";
    if (isOpen && operation.input.f === "get") return;
    let slot = this.slots.indexOf(undefined);
    if (slot < 0) slot = this.slots.length;
    this.slots[slot] = operation;
    this.slotOf.set(operation, slot);
    if (this.model.overwrites(operation)) this.overwriters++;
    if (isOpen) this.markOpen(slot);
    // A pure operation that fits now may be placed now: it changes no later state.
    if (!this.model.isPure(operation)) return;
    for (const configuration of this.configurations) {
      if (this.model.step(configuration.state, operation) === configuration.state) {
        add(configuration, slot);
      }
    }
  }

  /** An operation completes with "ok". "impossible": see `explain`; "exhausted": the limit was reached. */
  complete(operation: Operation): "ok" | "impossible" | "exhausted" {
    const slot = this.slotOf.get(operation) as number;
    if (this.slotOf.size === 1) {
      if (!this.completeAlone(operation, slot)) return "impossible";
    } else if (!this.configurations.every((configuration) => has(configuration, slot))) {
      const reached = this.search(operation, slot);
      if (reached === undefined) return "exhausted";
      if (reached.length === 0) return "impossible";
      this.configurations = reached;
    }
    this.forget(operation, slot);
    if (this.pastStates !== undefined) {
      for (const configuration of this.configurations) this.pastStates.add(configuration.state);
    }
    return "ok";
  }

  /** Tells about a completion that was found impossible. Caller: complete answered "impossible", nothing since. */
  explain(operation: Operation): Impossible {
    const overlapping: Operation[] = [];
    for (const pending of this.slots) {
      if (pending !== undefined && pending !== operation) overlapping.push(pending);
    }
    let wasTrueEarlier = false;
    const isRead = operation.input.f === "get" || this.model.isPure(operation);
    if (this.pastStates !== undefined && isRead) {
      for (const state of this.pastStates) {
        if (this.model.step(state, operation) !== undefined) wasTrueEarlier = true;
      }
    }
    return { operation, states: this.states(), overlapping, wasTrueEarlier };
  }

  /** Goes on as if an impossible read had never been. */
  discard(operation: Operation): void {
    this.forget(operation, this.slotOf.get(operation) as number);
  }

  /** The quick way: nothing else is pending, so the operation takes effect here. */
  private completeAlone(operation: Operation, slot: number): boolean {
    const { configurations, model } = this;
    if (configurations.length === 1) {
      const only = configurations[0] as Configuration;
      if (has(only, slot)) return true;
      const next = model.step(only.state, operation);
      if (next === undefined) return false;
      only.state = next;
      add(only, slot);
      return true;
    }
    const reached: Map<State, Configuration> = new Map();
    for (const configuration of configurations) {
      const next = has(configuration, slot)
        ? configuration.state
        : model.step(configuration.state, operation);
      if (next === undefined || reached.has(next)) continue;
      const copy = copyOf(configuration, next);
      add(copy, slot);
      reached.set(next, copy);
    }
    if (reached.size === 0) return false;
    this.configurations = [...reached.values()];
    return true;
  }

  /** All configurations in which the operation has taken effect, by placing pending ones before it where that helps. */
  private search(operation: Operation, slot: number): Configuration[] | undefined {
    const { model } = this;
    const isPure = model.isPure(operation);
    const reached = new Frontier(this);
    const seen = new Frontier(this);
    const queue: Configuration[] = [];
    for (const configuration of this.configurations) {
      if (has(configuration, slot)) reached.add(configuration);
      else if (seen.add(configuration)) queue.push(configuration);
    }
    const from = this.explored;
    for (let head = 0; head < queue.length; head++) {
      const configuration = queue[head] as Configuration;
      const next = model.step(configuration.state, operation);
      if (next !== undefined) {
        const placed = copyOf(configuration, next);
        add(placed, slot);
        this.placePure(placed);
        reached.add(placed);
        if (isPure && next === configuration.state) continue;
      }
      this.expand(configuration, slot, seen, queue, this.explored - from > LOOKAHEAD_FROM);
      if (this.explored - from > this.limit) return undefined;
    }
    return reached.list();
  }

  private expand(
    configuration: Configuration,
    without: number,
    seen: Frontier,
    queue: Configuration[],
    looksAhead: boolean,
  ): void {
    const { slots, model } = this;
    for (let slot = 0; slot < slots.length; slot++) {
      const pending = slots[slot];
      if (pending === undefined || slot === without || has(configuration, slot)) continue;
      if (model.isPure(pending) || this.hasEarlierTwin(configuration, pending)) continue;
      const next = model.step(configuration.state, pending);
      if (next === undefined) continue;
      // An open operation without effect here need not be placed: it may as well never happen.
      if (next === configuration.state && pending.outcome !== "ok") continue;
      const placed = copyOf(configuration, next);
      add(placed, slot);
      this.placePure(placed);
      this.explored++;
      if (looksAhead && this.isDeadEnd(placed)) continue;
      if (seen.add(placed)) queue.push(placed);
    }
  }

  private placePure(configuration: Configuration): void {
    const { slots, model } = this;
    for (let slot = 0; slot < slots.length; slot++) {
      const pending = slots[slot];
      if (pending === undefined || has(configuration, slot) || !model.isPure(pending)) continue;
      if (model.step(configuration.state, pending) === configuration.state)
        add(configuration, slot);
    }
  }

  /**
   * Twins, equal in what they ask and answer: if A is invoked and completes no later than B, an order with B first
   * stays good with the two exchanged. So only A first is tried, and open twins become a mere count.
   */
  private hasEarlierTwin(configuration: Configuration, operation: Operation): boolean {
    for (let slot = 0; slot < this.slots.length; slot++) {
      const other = this.slots[slot];
      if (other === undefined || other === operation) continue;
      if (has(configuration, slot) || !areTwins(other, operation)) continue;
      const otherEnd = endOrder(other);
      const end = endOrder(operation);
      if (other.invokedOrder < operation.invokedOrder && otherEnd <= end) return true;
    }
    return false;
  }

  /** While nothing pending can overwrite the value, it only grows: a pending operation that needs another one is lost. */
  private isDeadEnd(configuration: Configuration): boolean {
    if (this.overwriters > 0) return false;
    for (let slot = 0; slot < this.slots.length; slot++) {
      const pending = this.slots[slot];
      if (pending === undefined || pending.outcome !== "ok" || has(configuration, slot)) continue;
      if (this.nextOverwriteOrder < pending.completedOrder) continue;
      if (!this.model.canGrowInto(configuration.state, pending)) return true;
    }
    return false;
  }

  private markOpen(slot: number): void {
    if (slot < WORD) this.openLow |= 1 << slot;
    else {
      const word = Math.floor(slot / WORD) - 1;
      while (this.openHigh.length <= word) this.openHigh.push(0);
      this.openHigh[word] = (this.openHigh[word] as number) | (1 << (slot % WORD));
    }
  }

  private forget(operation: Operation, slot: number): void {
    this.slots[slot] = undefined;
    this.slotOf.delete(operation);
    if (this.model.overwrites(operation)) this.overwriters--;
    for (const configuration of this.configurations) remove(configuration, slot);
  }

  /** One explains all that two explain if states and live parts are equal and it has used up fewer open operations. */
  covers(better: Configuration, worse: Configuration): boolean {
    if (!wordCovers(better.low, worse.low, this.openLow)) return false;
    const count = Math.max(better.high?.length ?? 0, worse.high?.length ?? 0);
    for (let word = 0; word < count; word++) {
      const open = this.openHigh[word] ?? 0;
      if (!wordCovers(better.high?.[word] ?? 0, worse.high?.[word] ?? 0, open)) return false;
    }
    return true;
  }
}

/** Configurations without those that another one covers. */
class Frontier {
  private readonly byState: Map<State, Configuration[]> = new Map();
  private readonly search: KeySearch;

  constructor(search: KeySearch) {
    this.search = search;
  }

  /** False if one that is already there explains as much. */
  add(configuration: Configuration): boolean {
    const same = this.byState.get(configuration.state);
    if (same === undefined) {
      this.byState.set(configuration.state, [configuration]);
      return true;
    }
    for (const other of same) if (this.search.covers(other, configuration)) return false;
    let kept = 0;
    for (const other of same) {
      if (!this.search.covers(configuration, other)) same[kept++] = other;
    }
    same.length = kept;
    same.push(configuration);
    return true;
  }

  list(): Configuration[] {
    const all: Configuration[] = [];
    for (const same of this.byState.values()) for (const one of same) all.push(one);
    return all;
  }
}

function wordCovers(better: number, worse: number, open: number): boolean {
  return (better & ~open) === (worse & ~open) && (better & open & ~worse) === 0;
}

function areTwins(left: Operation, right: Operation): boolean {
  if (left.input.f !== right.input.f) return false;
  const isOpen = left.outcome !== "ok";
  if (isOpen !== (right.outcome !== "ok")) return false;
  if (!isOpen && left.output !== right.output) return false;
  const a = left.input;
  const b = right.input;
  switch (a.f) {
    case "set":
    case "append":
      return b.f === a.f && a.value === b.value;
    case "setUntil":
      return b.f === a.f && a.value === b.value && a.untilUnixMs === b.untilUnixMs;
    case "cas":
      return b.f === a.f && a.value === b.value && a.expected === b.expected;
    case "get":
    case "delete":
    case "increment":
      return true;
  }
}

function endOrder(operation: Operation): number {
  return operation.outcome === "ok" ? operation.completedOrder : Infinity;
}

function copyOf(configuration: Configuration, state: State): Configuration {
  return { state, low: configuration.low, high: configuration.high?.slice() };
}

function has(configuration: Configuration, slot: number): boolean {
  if (slot < WORD) return (configuration.low & (1 << slot)) !== 0;
  const word = configuration.high?.[Math.floor(slot / WORD) - 1] ?? 0;
  return (word & (1 << (slot % WORD))) !== 0;
}

function add(configuration: Configuration, slot: number): void {
  if (slot < WORD) {
    configuration.low |= 1 << slot;
    return;
  }
  const word = Math.floor(slot / WORD) - 1;
  const high = (configuration.high ??= []);
  while (high.length <= word) high.push(0);
  high[word] = (high[word] as number) | (1 << (slot % WORD));
}

function remove(configuration: Configuration, slot: number): void {
  if (slot < WORD) {
    configuration.low &= ~(1 << slot);
    return;
  }
  const word = Math.floor(slot / WORD) - 1;
  const { high } = configuration;
  if (high?.[word] !== undefined) high[word] &= ~(1 << (slot % WORD));
}
