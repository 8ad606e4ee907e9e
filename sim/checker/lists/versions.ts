/**
 * The order in which elements got into each list, as far as reads show it, and what is wrong already with single
 * transactions and single lists.
 *
 * A list only grows, so every read shows a prefix of its final order: the longest read is the order, and all others must
 * be prefixes of it.
 */
import type { Anomaly } from "./anomaly.ts";
import { type Element, type ListTransaction, sayTransaction } from "./transaction.ts";

/** One append. */
export interface Write {
  readonly transaction: ListTransaction;
  readonly element: Element;
  /** A later append of the same transaction to the same key follows. */
  isIntermediate: boolean;
}

/** A read that shows what others wrote: the transaction had not appended to the key before. */
export interface ExternalRead {
  readonly transaction: ListTransaction;
  readonly elements: readonly Element[];
}

export interface KeyVersions {
  readonly key: string;
  readonly writes: ReadonlyMap<Element, Write>;
  readonly reads: readonly ExternalRead[];
  /** The longest list that was read. */
  readonly order: readonly Element[];
}

interface MutableKey extends KeyVersions {
  readonly writes: Map<Element, Write>;
  readonly reads: ExternalRead[];
  order: readonly Element[];
  orderFrom: ListTransaction | undefined;
}

export interface Versions {
  readonly keys: readonly KeyVersions[];
  readonly anomalies: readonly Anomaly[];
}

export function versionsOf(history: readonly ListTransaction[]): Versions {
  const builder = new VersionsBuilder();
  for (const transaction of history) builder.addWrites(transaction);
  for (const transaction of history) {
    if (transaction.outcome === "ok") builder.addReads(transaction);
  }
  return builder.finish();
}

class VersionsBuilder {
  private readonly keys: Map<string, MutableKey> = new Map();
  private readonly anomalies: Anomaly[] = [];

  addWrites(transaction: ListTransaction): void {
    const last: Map<string, Write> = new Map();
    for (const step of transaction.steps) {
      if (step.f !== "append") continue;
      const { writes } = this.key(step.key);
      const present = writes.get(step.element);
      if (present !== undefined) {
        this.tell(
          "duplicate elements",
          [present.transaction, transaction],
          [`${step.element} was appended to ${step.key} twice`],
        );
        continue;
      }
      const write = { transaction, element: step.element, isIntermediate: false };
      const earlier = last.get(step.key);
      if (earlier !== undefined) earlier.isIntermediate = true;
      last.set(step.key, write);
      writes.set(step.element, write);
    }
  }

  addReads(transaction: ListTransaction): void {
    const known: Map<string, KnownList> = new Map();
    for (const step of transaction.steps) {
      let list = known.get(step.key);
      if (step.f === "append") {
        if (list === undefined) known.set(step.key, { start: undefined, own: [step.element] });
        else list.own.push(step.element);
        continue;
      }
      if (step.elements === undefined) continue;
      this.addRead(transaction, step.key, step.elements, list);
      list = { start: step.elements, own: [] };
      known.set(step.key, list);
    }
  }

  finish(): Versions {
    const keys = [...this.keys.values()];
    for (const key of keys) {
      this.findDirtyUpdates(key);
      this.findLostUpdates(key);
    }
    return { keys, anomalies: this.anomalies };
  }

  private addRead(
    transaction: ListTransaction,
    name: string,
    elements: readonly Element[],
    known: KnownList | undefined,
  ): void {
    const key = this.key(name);
    if (known !== undefined) this.checkInternal(transaction, name, elements, known);
    else {
      key.reads.push({ transaction, elements });
      this.checkSources(transaction, key, elements);
    }
    if (new Set(elements).size < elements.length) {
      this.tell(
        "duplicate elements",
        [transaction],
        [`T1 read the list ${name} with an element in it twice: [${elements.join(" ")}]`],
      );
      return;
    }
    const isLonger = elements.length > key.order.length;
    const [short, long] = isLonger ? [key.order, elements] : [elements, key.order];
    if (!isPrefix(short, long)) {
      const other = key.orderFrom ?? transaction;
      this.tell(
        "incompatible order",
        [other, transaction],
        [
          `T1 read ${name} as [${key.order.join(" ")}] and T2 as [${elements.join(" ")}]: neither is the beginning of the other`,
        ],
      );
      return;
    }
    if (isLonger) {
      key.order = elements;
      key.orderFrom = transaction;
    }
  }

  /** What a transaction reads after reads and appends of its own follows from them. */
  private checkInternal(
    transaction: ListTransaction,
    name: string,
    elements: readonly Element[],
    { start, own }: KnownList,
  ): void {
    const from = start === undefined ? elements.length - own.length : start.length;
    const isRight =
      from >= 0 &&
      elements.length === from + own.length &&
      own.every((element, index) => elements[from + index] === element) &&
      (start === undefined || isPrefix(start, elements));
    if (isRight) return;
    const expected = `${start === undefined ? "…" : start.join(" ")} ${own.join(" ")}`.trim();
    this.tell(
      "internal",
      [transaction],
      [
        `T1 read ${name} as [${elements.join(" ")}], although it must have been [${expected}] by what T1 itself had done before`,
      ],
    );
  }

  private checkSources(
    transaction: ListTransaction,
    key: MutableKey,
    elements: readonly Element[],
  ): void {
    for (const element of elements) {
      const write = key.writes.get(element);
      if (write === undefined) {
        this.tell(
          "garbage read",
          [transaction],
          [`T1 read ${element} in ${key.key}, which nobody appended`],
        );
      } else if (write.transaction.outcome === "fail") {
        this.tell(
          "G1a",
          [write.transaction, transaction],
          [`T2 observed T1's append of ${element} to ${key.key}, although T1 was not executed`],
        );
      }
    }
    const last = key.writes.get(elements[elements.length - 1] ?? "");
    if (last?.isIntermediate === true && last.transaction !== transaction) {
      this.tell(
        "G1b",
        [last.transaction, transaction],
        [
          `T2 observed T1's append of ${last.element} to ${key.key}, but not T1's later append to it: it saw T1 half done`,
        ],
      );
    }
  }

  /** Something that was executed stands on something that was not. */
  private findDirtyUpdates(key: MutableKey): void {
    let aborted: Write | undefined;
    for (const element of key.order) {
      const write = key.writes.get(element);
      if (write === undefined) continue;
      if (write.transaction.outcome === "fail") aborted ??= write;
      else if (aborted !== undefined) {
        this.tell(
          "dirty update",
          [aborted.transaction, write.transaction],
          [
            `T2 appended ${write.element} to ${key.key} behind T1's ${aborted.element}, although T1 was not executed`,
          ],
        );
        return;
      }
    }
  }

  /** Two transactions read the same list and both appended to it: one of them did not see the other. */
  private findLostUpdates(key: MutableKey): void {
    const byVersion: Map<string, ListTransaction> = new Map();
    for (const { transaction, elements } of key.reads) {
      const appends = transaction.steps.some((step) => step.f === "append" && step.key === key.key);
      if (!appends) continue;
      const version = `${elements.length}:${elements[elements.length - 1] ?? ""}`;
      const other = byVersion.get(version);
      if (other !== undefined && other !== transaction) {
        this.tell(
          "lost update",
          [other, transaction],
          [`T1 and T2 both read ${key.key} as [${elements.join(" ")}] and then appended to it`],
        );
      } else byVersion.set(version, transaction);
    }
  }

  private key(name: string): MutableKey {
    let key = this.keys.get(name);
    if (key === undefined) {
      key = { key: name, writes: new Map(), reads: [], order: [], orderFrom: undefined };
      this.keys.set(name, key);
    }
    return key;
  }

  private tell(
    name: Anomaly["name"],
    transactions: readonly ListTransaction[],
    explanation: readonly string[],
  ): void {
    const names = transactions.map((one, index) => `T${index + 1} = ${sayTransaction(one)}`);
    this.anomalies.push({ name, transactions, explanation: [...names, ...explanation] });
  }
}

/** What a transaction knows of a list: what it read, and what it appended since. */
interface KnownList {
  readonly start: readonly Element[] | undefined;
  readonly own: Element[];
}

function isPrefix(short: readonly Element[], long: readonly Element[]): boolean {
  // Reads mostly share all of their elements, so differences are likeliest at the end.
  for (let index = short.length - 1; index >= 0; index--) {
    if (short[index] !== long[index]) return false;
  }
  return true;
}
