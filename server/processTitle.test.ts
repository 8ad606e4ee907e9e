import { expect, it } from "vitest";
import { Settings } from "../engine/settings/settings.ts";
import { parameterNamed } from "../engine/settings/table.ts";
import { must } from "../engine/assert.ts";
import { nameOfProgram, showTitle, type TitleFacts } from "./processTitle.ts";

const facts: TitleFacts = {
  title: "azimuth",
  doors: { bind: ["127.0.0.1", "-::1"], ports: { port: 6379, tlsPort: 0 }, unixPath: "/run/a" },
  isCluster: true,
  configFile: "/etc/redis.conf",
};

function change(settings: Settings, name: string, text: string): void {
  settings.change(must(parameterNamed(name), name), text);
}

/** The titles shown: at first, and when a template is set. */
function shown(all: TitleFacts, ...templates: readonly string[]): string[] {
  const settings = new Settings();
  const titles: string[] = [];
  showTitle(settings, all, (title) => titles.push(title));
  const first = titles.pop();
  titles.length = 0;
  for (const template of templates) change(settings, "proc-title-template", template);
  return [first ?? "", ...titles];
}

it("fills in the template, at the start and whenever it changes", () => {
  const template = "A {{} {title} {port} {tls-port} {unixsocket} {config-file} {server-mode}";
  expect(shown(facts, template)).toEqual([
    "azimuth 127.0.0.1:6379 [cluster]",
    "A {} azimuth 6379 0 /run/a /etc/redis.conf [cluster]",
  ]);
});

it("tells the port of TLS where there is no other, and ends with no blank", () => {
  const doors = { bind: [], ports: { port: 0, tlsPort: 6380 }, unixPath: "" };
  expect(shown({ ...facts, doors, isCluster: false })).toEqual(["azimuth *:6380"]);
});

it("follows the doors", () => {
  const settings = new Settings();
  const titles: string[] = [];
  const doors = { ...facts.doors, ports: { port: 1, tlsPort: 0 } };
  showTitle(settings, { ...facts, doors }, (title) => titles.push(title));
  doors.ports = { port: 7000, tlsPort: 0 };
  change(settings, "port", "7000");
  expect(titles.at(-1)).toBe("azimuth 127.0.0.1:7000 [cluster]");
});

it("shows nothing where set-proc-title says no", () => {
  const settings = new Settings();
  settings.load(new Map([["set-proc-title", ["no"]]]));
  showTitle(settings, facts, () => expect.unreachable());
});

it("names the program as it was called, or by its own name where Node was", () => {
  expect(nameOfProgram("/usr/bin/redis-server")).toBe("/usr/bin/redis-server");
  expect(nameOfProgram("/usr/local/bin/node")).toBe("azimuth");
});
