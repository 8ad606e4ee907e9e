import { describe, expect, it } from "vitest";
import { EdnReader, printEdn } from "./edn.ts";
import { readJepsen, writeJepsen } from "./jepsen.ts";
import { readEtcdLog, readKvLog, writeEtcdLog, writeKvLog } from "./porcupine.ts";
import { type Recorded, recordedOf, sayRecorded } from "./recorded.ts";

function said(text: string): readonly string[] {
  return recordedOf(readJepsen(text)).map(sayRecorded);
}

describe("EDN", () => {
  const roundTrip = (text: string): string => printEdn(new EdnReader(text).read());

  it("reads what Jepsen writes and prints it as it was", () => {
    const text = '{:a nil, :b [1 -2 3.5 true false], "c" #{:x y/z}, 7 "q\\"\\n\\u00ff"}';
    expect(roundTrip(text)).toBe(text);
  });

  it("passes over comments, commas, discarded values and tags, and keeps big numbers exact", () => {
    expect(roundTrip(';; note\n #jepsen.history.Op{:a, #_ (1 2) #inst "2024"}')).toBe(
      '{:a "2024"}',
    );
    expect(roundTrip("[9007199254740993 4N 1.5M \\a (1)]")).toBe(
      '[9007199254740993 4 1.5 "a" [1]]',
    );
  });

  it("names the line of what is wrong", () => {
    const wrong =
      (text: string): (() => unknown) =>
      () =>
        new EdnReader(text).read();
    expect(wrong("[1\n [2 3\n 4")).toThrow(
      'line 2: this "[" is not closed before the end of the text',
    );
    expect(wrong("[1\n }")).toThrow('line 2: "}" closes nothing here');
    expect(wrong('\n\n"abc')).toThrow("line 3: this text has no closing quotation mark");
    expect(wrong("{:a 1 :b}")).toThrow("line 1: this map has a key without a value");
    expect(wrong('"\\q"')).toThrow('line 1: "\\q" holds an escape that EDN does not know');
  });
});

describe("Jepsen's histories", () => {
  const plain = `{:process 0, :type :invoke, :f :write, :value 3, :time 5}
{:process 1, :type :invoke, :f :read, :value nil, :time 6}
{:process :nemesis, :type :info, :f :start, :value nil}
{:process 0, :type :ok, :f :write, :value 3, :time 7}
{:process 1, :type :ok, :f :read, :value 3, :time 8}
{:process 0, :type :invoke, :f :cas, :value [3 4], :time 9}
{:process 1, :type :invoke, :f :write, :value 9, :time 10}
{:process 1, :type :fail, :f :write, :value 9, :time 11}
{:process 0, :type :info, :f :cas, :value [3 4], :time 12}
`;
  const told = [
    "write 3 → ok (process 0, line 1)",
    "read → 3 (process 1, line 2)",
    "cas [3 4] → nobody knows (process 0, line 6)",
    "write 9 → fail (process 1, line 7)",
  ];

  it("are read with one map a line, and as a vector of maps", () => {
    expect(said(plain)).toEqual(told);
    expect(said(`[${plain}]`)).toEqual(told);
  });

  it("have keys where every value is a pair, and a cas has a pair in it", () => {
    const keyed = `{:process 0, :type :invoke, :f :cas, :value [7 [1 2]]}
{:process 0, :type :fail, :f :cas, :value [7 [1 2]]}
{:process 0, :type :invoke, :f :read, :value ["k" nil]}
{:process 0, :type :ok, :f :read, :value ["k" 4]}`;
    const history = recordedOf(readJepsen(keyed));
    expect(history.map(({ key }) => key)).toEqual(["7", "k"]);
    expect(history[1]?.output).toBe(4);
    expect(recordedOf(readJepsen(plain)).every(({ key }) => key === "")).toBe(true);
  });

  it("are written as they were read", () => {
    const history = recordedOf(readJepsen(plain));
    const again = writeJepsen(history);
    expect(again.split("\n")[0]).toBe(
      "{:index 0, :time 5, :process 0, :type :invoke, :f :write, :value 3}",
    );
    const bare = (one: Recorded): unknown => ({
      ...one,
      line: 0,
      invokedOrder: 0,
      completedOrder: 0,
    });
    expect(recordedOf(readJepsen(again)).map(bare)).toEqual(history.map(bare));
  });

  it("name the line of an operation that cannot be", () => {
    expect(() => said("{:process 0, :type :ok, :f :read, :value 1}")).toThrow(
      "line 1: process 0 completes read, but nothing of it is running",
    );
    const twice = "{:process 0, :type :invoke, :f :read}\n{:process 0, :type :invoke, :f :read}";
    expect(() => said(twice)).toThrow(
      "line 2: process 0 invokes read while its read of line 1 still runs",
    );
    const other = "{:process 0, :type :invoke, :f :read}\n{:process 0, :type :ok, :f :write}";
    expect(() => said(other)).toThrow(
      "line 2: process 0 completes write, but its read of line 1 is running",
    );
    expect(() => said("{:process 0, :type :done, :f :read}")).toThrow(
      "line 1: :type must be one of",
    );
    expect(() => said("{:type :ok, :f :read}")).toThrow("line 1: this operation has no :process");
    expect(() => said("{:process 1, :type :ok}")).toThrow("line 1: this operation has no :f");
    expect(() => said("[1 2]")).toThrow("line 1: expected a map such as");
  });
});

describe("Porcupine's formats", () => {
  const etcd = `INFO  jepsen.util - 0\t:invoke\t:write\t3
INFO  jepsen.util - 1\t:invoke\t:read\tnil
INFO  jepsen.util - 1\t:fail\t:read\t:timed-out
INFO  jepsen.util - 0\t:ok\t:write\t3
INFO  jepsen.util - 1\t:invoke\t:cas\t[4 1]
INFO  jepsen.util - 1\t:fail\t:cas\t[4 1]
INFO  jepsen.util - 0\t:invoke\t:cas\t[3 1]
INFO  jepsen.util - 0\t:info\t:cas\t:timed-out
`;
  const kv = `{:process 0, :type :invoke, :f :put, :key "0", :value "x 0 0 y"}
{:process 1, :type :invoke, :f :get, :key "0", :value nil}
{:process 0, :type :ok, :f :put, :key "0", :value "x 0 0 y"}
{:process 1, :type :ok, :f :get, :key "0", :value ""}
{:process 0, :type :invoke, :f :append, :key "1", :value "x 0 1 y"}
`;

  it("are written as they were read, byte by byte", () => {
    expect(writeEtcdLog(recordedOf(readEtcdLog(etcd)))).toBe(etcd);
    expect(writeKvLog(recordedOf(readKvLog(kv)))).toBe(kv);
  });

  it("tell a failed cas as an answer, and a failed read as nothing", () => {
    expect(recordedOf(readEtcdLog(etcd)).map(sayRecorded)).toEqual([
      "write 3 → ok (process 0, line 1)",
      "read → nobody knows (process 1, line 2)",
      "cas [4 1] → false (process 1, line 5)",
      "cas [3 1] → nobody knows (process 0, line 7)",
    ]);
  });

  it("number values that are no numbers, and refuse what they cannot say", () => {
    const jepsen = recordedOf(
      readJepsen(
        '{:process 0, :type :invoke, :f :write, :value "a"}\n{:process 0, :type :ok, :f :write, :value "a"}',
      ),
    );
    expect(writeEtcdLog(jepsen)).toContain(":ok\t:write\t1000000");
    const other = recordedOf(readJepsen("{:process 0, :type :invoke, :f :enqueue, :value 1}"));
    expect(() => writeEtcdLog(other)).toThrow('porcupine-etcd cannot say "enqueue"');
    expect(() => writeKvLog(other)).toThrow('porcupine-kv cannot say "enqueue"');
    expect(() => writeEtcdLog(recordedOf(readKvLog(kv)))).toThrow(
      "one register, and the history 2 keys",
    );
  });

  it("name the line that is cut short or of another kind", () => {
    expect(() => readEtcdLog(etcd.slice(0, -20))).toThrow("line 8: ");
    expect(() => readEtcdLog("\nhello")).toThrow("line 2: expected");
    expect(() => readEtcdLog("INFO  jepsen.util - 0\t:invoke\t:cas\t3")).toThrow(
      "line 1: :cas expects two numbers",
    );
    expect(() => readKvLog(kv.slice(0, -12))).toThrow("line 5: expected");
  });
});
