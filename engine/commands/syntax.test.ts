import { describe, expect, it } from "vitest";
import { parseSyntax, type SyntaxArgument } from "./syntax.ts";
import { commandTable } from "./table.ts";

function sketch(argument: SyntaxArgument): string {
  const parts = argument.parts.length > 0 ? `(${argument.parts.map(sketch).join(" ")})` : "";
  const marks = `${argument.isOptional ? "?" : ""}${argument.isMultiple ? (argument.repeatsToken ? "++" : "+") : ""}`;
  return `${argument.token ?? ""}:${argument.name}:${argument.type}${parts}${marks}`;
}

describe("parseSyntax", () => {
  it("reads keys, options with values, alternatives and repetitions", () => {
    expect(parseSyntax("key value [NX|XX] [GET] [EX seconds|KEEPTTL]").map(sketch)).toEqual([
      ":key:key",
      ":value:string",
      ":nx-or-xx:oneof(NX:nx:pure-token XX:xx:pure-token)?",
      "GET:get:pure-token?",
      ":seconds-or-keepttl:oneof(EX:seconds:integer KEEPTTL:keepttl:pure-token)?",
    ]);
    expect(parseSyntax("[key value] ...").map(sketch)).toEqual([
      ":key_value:block(:key:key :value:string)+",
    ]);
    expect(parseSyntax("cursor [ID client-id ...]").map(sketch)).toEqual([
      ":cursor:integer",
      "ID:client-id:integer?+",
    ]);
  });

  it("tells a keyword before many values from one before each of them, and gives one a choice", () => {
    expect(parseSyntax("[WEIGHTS weight:double ...] [[GET pattern] ...]").map(sketch)).toEqual([
      "WEIGHTS:weight:double?+",
      "GET:pattern:pattern?++",
    ]);
    expect(parseSyntax("[AGGREGATE aggregate:(SUM|MIN)]").map(sketch)).toEqual([
      "AGGREGATE:aggregate:oneof(SUM:sum:pure-token MIN:min:pure-token)?",
    ]);
  });

  it("keeps together what stands in parentheses behind a keyword, and takes types and key specifications as said", () => {
    expect(parseSyntax("[LIMIT (offset count)] [FULL ([COUNT count])]").map(sketch)).toEqual([
      "LIMIT:offset_count:block(:offset:integer :count:integer)?",
      "FULL:count:block(COUNT:count:integer?)?",
    ]);
    expect(parseSyntax('key:string ip:port (key|"") AUTH2 (a)').map(sketch)).toEqual([
      ":key:string",
      ":ip:port:string",
      ":key-or-empty_string:oneof(:key:key :empty_string:pure-token)",
      "AUTH2:a:block(:a:string)",
    ]);
    const [by] = parseSyntax("[BY pattern#1]");
    expect(by).toMatchObject({
      name: "pattern",
      type: "pattern",
      keySpecIndex: 1,
      isOptional: true,
    });
  });

  it("takes names of brackets and keywords, and versions, as said", () => {
    expect(parseSyntax("condition:[NX|XX] [change:CH] pair:(a b) one:(a) ...").map(sketch)).toEqual(
      [
        ":condition:oneof(NX:nx:pure-token XX:xx:pure-token)?",
        "CH:change:pure-token?",
        ":pair:block(:a:string :b:string)",
        ":one:block(:a:string)+",
      ],
    );
    expect(parseSyntax("[TO target:(a [b])] [FULL full:[a]]").map(sketch)).toEqual([
      "TO:target:block(:a:string :b:string?)?",
      "FULL:full:block(:a:string)?",
    ]);
    const dated = parseSyntax("a@6.0.0 [EX b]@7.0.0 (c@-2.8.12|D@3.0.0)");
    expect(dated.map(({ since }) => since)).toEqual(["6.0.0", "7.0.0", undefined]);
    const alternatives = dated[2]?.parts ?? [];
    expect(alternatives.map(({ since, deprecatedSince }) => [since, deprecatedSince])).toEqual([
      [undefined, "2.8.12"],
      ["3.0.0", undefined],
    ]);
  });

  it("reads the notation of every command", () => {
    for (const spec of commandTable.all) {
      for (const one of [spec, ...(spec.subcommands?.values() ?? [])]) {
        expect(Array.isArray(parseSyntax(one.row.syntax))).toBe(true);
      }
    }
  });

  it("refuses a bracket that is not closed", () => {
    expect(() => parseSyntax("key [NX")).toThrow("a bracket of a syntax is closed");
  });
});
