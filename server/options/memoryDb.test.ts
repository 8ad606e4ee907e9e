/** Options of the profile "memorydb": the service's parameters, each at its limits and beyond. */
import { describe, expect, it } from "vitest";
import { parseArguments } from "./given.ts";
import { memoryDbNames, memoryDbParameter, memoryDbParameters } from "./memoryDbParameters.ts";
import { parameterList } from "./parameterList.ts";
import { readSettings } from "./settings.ts";

function parametersOf(argv: readonly string[], file = ""): Record<string, string> {
  const { parameters } = readSettings(argv, () => file);
  return Object.fromEntries([...parameters].map(([name, words]) => [name, words.join(" ")]));
}

/** What the service takes and what it refuses, by a parameter's allowed values. */
const tried: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  "1-10000": [
    ["1", "10000"],
    ["0", "10001", "", "x", "1.5", "-1", "1kb"],
  ],
  "1-75": [
    ["1", "75"],
    ["0", "76"],
  ],
  "1048576-": [
    ["1048576", "9000000000000"],
    ["1048575", "-1", "1mb"],
  ],
  "1-1000000": [
    ["1", "1000000"],
    ["0", "1000001"],
  ],
  "1-100": [
    ["1", "100"],
    ["0", "101"],
  ],
  "1-10": [
    ["1", "10"],
    ["0", "11"],
  ],
  "yes,no": [
    ["yes", "no", "YES"],
    ["", "on", "1", "yes no"],
  ],
  "0-": [
    ["0", "2147483647"],
    ["-1", "", "x"],
  ],
  "1-16000": [
    ["1", "16000"],
    ["0", "16001"],
  ],
  "1-": [
    ["1", "2147483647"],
    ["0", "-1"],
  ],
  "-": [
    ["-1", "-77", "0", "5000000"],
    ["", "x", "1.5"],
  ],
  "0,20-": [
    ["0", "20", "86400"],
    ["1", "19", "-1"],
  ],
  "1-100000000": [
    ["1", "100000000"],
    ["0", "100000001"],
  ],
};

const changeable = memoryDbParameters.filter(({ isChangeable }) => isChangeable);

describe("parameters of MemoryDB", () => {
  it.each(changeable.filter(({ allowed }) => allowed in tried))(
    "$name ($allowed) is taken at its limits and refused beyond",
    ({ name, allowed }) => {
      const [good, bad] = tried[allowed] ?? [[], []];
      for (const value of good) parametersOf([`${name}=${value}`]);
      for (const value of bad) {
        expect(() => parametersOf([`${name}=${value}`])).toThrow(`${name} must be `);
        expect(() => parametersOf([`${name}=${value}`])).toThrow(`, not "${value}"`);
      }
    },
  );

  it("with words have the words of the service", () => {
    const { allowed } = memoryDbParameter("maxmemory-policy") ?? { allowed: "" };
    expect(allowed.split(",")).toHaveLength(8);
    for (const policy of allowed.split(",")) {
      expect(parametersOf([`maxmemory-policy=${policy}`])).toMatchObject({
        "maxmemory-policy": policy,
      });
    }
    expect(() => parametersOf(["maxmemory-policy=lru"])).toThrow(
      /must be volatile-lru or .* or noeviction, not "lru"/,
    );
    expect(parametersOf(["notify-keyspace-events=KEA"])).toMatchObject({
      "notify-keyspace-events": "KEA",
    });
    expect(() => parametersOf(["notify-keyspace-events=&"])).toThrow("notify-keyspace-events");
    const others = changeable.filter(({ allowed: range }) => !(range in tried));
    expect(others.map(({ name }) => name)).toEqual(["maxmemory-policy", "notify-keyspace-events"]);
  });

  it.each(memoryDbParameters.filter(({ isChangeable }) => !isChangeable))(
    "$name is fixed",
    ({ name, initial }) => {
      expect(() => parametersOf([`${name}=1`])).toThrow(
        `${name}=1: ${name} is ${initial} in profile=memorydb`,
      );
    },
  );

  it("reach the engine in Redis's names, with the service's defaults", () => {
    expect(parametersOf([])).toMatchObject({
      "active-defrag-cycle-min": "5",
      "active-defrag-cycle-max": "75",
      "client-output-buffer-limit": "normal 0 0 0 pubsub 33554432 8388608 60",
      "latency-tracking": "no",
      maxclients: "65000",
      "maxmemory-samples": "3",
    });
    const given = [
      "client-output-buffer-limit-pubsub-soft-limit=7",
      "client-output-buffer-limit-normal-hard-limit=8",
      "hash-max-ziplist-entries=9",
      "slowlog-log-slower-than=-5",
      "timeout=20",
      "maxmemory=100mb",
    ];
    expect(parametersOf(given)).toMatchObject({
      "client-output-buffer-limit": "normal 8 0 0 pubsub 33554432 7 60",
      "hash-max-listpack-entries": "9",
      "slowlog-log-slower-than": "-1",
      timeout: "20",
      maxmemory: "100mb",
    });
  });

  it("that Redis has and the service has not are refused, with the one that was meant", () => {
    expect(() => parametersOf(["appendonly=yes"])).toThrow(
      'appendonly=yes: Amazon MemoryDB has no parameter "appendonly"',
    );
    expect(() => parametersOf(["--client-output-buffer-limit", "normal", "1", "2", "3"])).toThrow(
      'did you mean "client-output-buffer-limit-normal-hard-limit"?',
    );
    expect(() => parametersOf(["requirepass=secret"])).toThrow("no parameter");
    expect(() => parametersOf(["--user", "bob", "on"])).toThrow("no parameter");
    expect(() => parametersOf(["maxmemory-polcy=x"])).toThrow('did you mean "maxmemory-policy"?');
    expect(parametersOf(["profile=redis", "appendonly=yes"])).toEqual({ appendonly: "yes" });
    expect(() => parametersOf(["profile=redis", "parameters=x"])).toThrow("needs profile=memorydb");
    for (const name of memoryDbNames.filter((one) => one.startsWith("client-output"))) {
      expect(() => parametersOf(["profile=redis", `${name}=1`])).toThrow("needs profile=memorydb");
    }
  });
});

describe("a file of parameters", () => {
  const shown = { timeout: "30", "acllog-max-len": "7" };

  it.each([
    ["lines", "# mine\ntimeout 30\n\nacllog-max-len=7\n"],
    [
      "describe-parameters",
      '{"Parameters":[{"Name":"timeout","Value":"30"},{"Name":"acllog-max-len","Value":"7"}]}',
    ],
    [
      "update-parameter-group",
      '{"ParameterNameValues":[{"ParameterName":"timeout","ParameterValue":"30"},{"ParameterName":"acllog-max-len","ParameterValue":"7"}]}',
    ],
  ])("is taken as %s, and what is said beside it counts more", (_form, text) => {
    expect(parametersOf(["parameters=group"], text)).toMatchObject(shown);
    expect(parametersOf(["timeout=40", "parameters=group"], text)).toMatchObject({
      ...shown,
      timeout: "40",
    });
  });

  it.each([
    ["timeout 5\n", 'group:1: timeout must be 0, or a whole number of at least 20, not "5"'],
    ["\ntimeot 5\n", 'group:2: Amazon MemoryDB has no parameter "timeot"; did you mean "timeout"?'],
    ["port 7000\n", 'group:1: Amazon MemoryDB has no parameter "port"'],
    ['{"Parameters":[{"Name":"timeout","Value":"5"}]}', "group, parameter 1: timeout must be 0"],
    ['{"Parameters":{}}', 'group must be JSON as "aws memorydb describe-parameters" prints it'],
    ["{", "group must be JSON"],
    ['{"Parameters":[{"Name":1}]}', "group must be JSON"],
  ])("%j is refused where it is wrong", (text, error) => {
    expect(() => parametersOf(["parameters=group"], text)).toThrow(error);
  });
});

describe("the list of parameters", () => {
  it("has a line for each, with value, default, whether it can be changed, and range", () => {
    const lines = parameterList(parseArguments(["timeout=25"], () => "")).split("\n");
    const cells = lines.map((line) => line.split(/ {2,}/));
    expect(cells[0]).toEqual(["name", "value", "default", "changeable", "allowed"]);
    expect(lines).toHaveLength(memoryDbParameters.length + 2);
    expect(cells).toContainEqual(["timeout", "25", "0", "yes", "0,20-"]);
    expect(cells).toContainEqual(["maxclients", "65000", "65000", "no", "65000"]);
  });
});

describe("the profile", () => {
  it("is MemoryDB's unless Redis's is asked for, by name or by what only Redis has", () => {
    const of = (...argv: string[]): unknown => {
      const { profile, shape } = readSettings(argv, () => "");
      return [profile, shape.clusterEnabled];
    };
    expect(of()).toEqual(["memorydb", true]);
    expect(of("profile=memorydb", "cluster-enabled=yes")).toEqual(["memorydb", true]);
    expect(of("profile=redis")).toEqual(["redis", undefined]);
    expect(of("profile=redis", "cluster-enabled=no")).toEqual(["redis", false]);
    expect(of("cluster-enabled=no")).toEqual(["redis", false]);
    expect(of("profile=standalone")).toEqual(["redis", false]);
    expect(() => of("profile=memorydb", "cluster-enabled=no")).toThrow(
      "cluster-enabled=no needs profile=redis",
    );
    expect(() => of("profile=cluster")).toThrow("profile must be memorydb or redis or standalone");
  });
});
