import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { exitCodes } from "../../reports/verdict.ts";
import { scenarios } from "../../scenarios/registry.ts";
import { folderName } from "../../sim/cli/campaignCommand.ts";
import { parseCommandLine } from "../../sim/cli/commandLine.ts";
import { resultsSchema } from "../../reports/resultsHeader.ts";
import { seedsOf } from "../../sim/cli/seedRange.ts";

interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly volumeMounts: readonly { readonly mountPath: string }[];
}

interface Job {
  readonly kind: string;
  readonly spec: {
    readonly completionMode: string;
    readonly completions: number;
    readonly parallelism: number;
    readonly podFailurePolicy: {
      readonly rules: readonly { readonly onExitCodes: { readonly values: readonly number[] } }[];
    };
    readonly template: { readonly spec: { readonly containers: readonly Container[] } };
  };
}

function documentsOf(name: string): readonly Job[] {
  const text = readFileSync(new URL(name, import.meta.url), "utf8");
  return parseAllDocuments(text).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Job;
  });
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "job-"));
  mkdirSync(join(folder, "bin"));
  // Stands in node's place and says what it was asked for.
  const node = join(folder, "bin", "node");
  writeFileSync(node, '#!/bin/sh\nfor word in "$@"; do echo "$word"; done\n');
  chmodSync(node, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the container would run, word by word; its volume is our folder. */
function wordsOf(job: Job, index: number): readonly string[] {
  const [container] = job.spec.template.spec.containers;
  const [shell = "", flag = ""] = container?.command ?? [];
  const script = (container?.args[0] ?? "").replaceAll(
    /(?<=[=\s])\/results\b/g,
    join(folder, "results"),
  );
  const text = execFileSync(shell, [flag, script], {
    encoding: "utf8",
    env: {
      PATH: `${join(folder, "bin")}:${process.env["PATH"]}`,
      JOB_COMPLETION_INDEX: `${index}`,
    },
  });
  const words = text.trimEnd().split("\n");
  return words.slice(words.indexOf("dist/sim/cli/main.js") + 1);
}

function campaignOf(job: Job, index: number) {
  const [first, ...rest] = wordsOf(job, index);
  expect(first).toBe("swarm");
  const command = parseCommandLine(["scenario=swarm", ...rest], scenarios);
  if (command.kind !== "sweep") throw new Error("the pod runs no campaign");
  return command.settings;
}

describe("the Indexed Job", () => {
  const [job] = documentsOf("./job.yaml");
  if (job === undefined) throw new Error("job.yaml holds no document");
  const { completions, parallelism, completionMode, podFailurePolicy } = job.spec;

  it("is indexed, and its pods run every seed once", () => {
    expect(job.kind).toBe("Job");
    expect(completionMode).toBe("Indexed");
    expect(parallelism).toBe(completions);
    const settings = Array.from({ length: completions }, (_, index) => campaignOf(job, index));
    const seeds = settings.flatMap((each) => seedsOf(each.seeds, each.shard));
    expect(seeds.sort((left, right) => left - right)).toEqual(
      Array.from({ length: 10_000 }, (_, index) => index + 1),
    );
    expect(settings.map((each) => each.resume)).toEqual(settings.map(() => ""));
  });

  it("goes on, in a pod that is started again, with the results that the first one left", () => {
    const { seeds, shard } = campaignOf(job, 2);
    const about = { schema: resultsSchema, version: "", overrides: {}, plan: "" } as const;
    const name = folderName({ ...about, scenario: "swarm", seeds, shard });
    mkdirSync(join(folder, "results", name), { recursive: true });
    const path = join(folder, "results", name, "results.jsonl");
    writeFileSync(path, "");
    expect(campaignOf(job, 2).resume).toBe(path);
    expect(campaignOf(job, 3).resume).toBe("");
    const [merge] = documentsOf("./merge.yaml");
    expect(merge === undefined ? [] : wordsOf(merge, 0)).toEqual([
      "merge",
      path,
      `out=${join(folder, "results", "all")}`,
      `junit=${join(folder, "results", "all", "junit.xml")}`,
    ]);
  });

  it("does not run again what ended with a verdict", () => {
    const verdicts = [...new Set([2, ...Object.values(exitCodes)])].filter((code) => code !== 0);
    expect(podFailurePolicy.rules[0]?.onExitCodes.values).toEqual(
      verdicts.sort((left, right) => left - right),
    );
  });
});

it("the container needs Node and npm ci only", () => {
  const text = readFileSync(new URL("./Dockerfile", import.meta.url), "utf8");
  const steps = text.split("\n").filter((line) => /^[A-Z]+ /.test(line));
  expect(steps).toEqual([
    "FROM node:20-bookworm-slim",
    "WORKDIR /azimuth",
    "COPY . .",
    "RUN npm ci --no-audit --no-fund",
    "USER node",
    'ENTRYPOINT ["node", "--max-semi-space-size=64", "dist/sim/cli/main.js"]',
    'CMD ["help"]',
  ]);
});
