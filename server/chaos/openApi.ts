/** The interface described in OpenAPI 3.1, made of its own tables. */
import { routes } from "./routes.ts";
import { schemas } from "./schema.ts";

/** Refusals that any route may give, before it is looked at. */
const refusals: Readonly<Record<number, string>> = {
  401: "The token is missing or wrong",
  403: "The request comes from another page or for another host",
  413: "The body is too large",
  415: "The body is not application/json",
};

export function openApi(version: string, needsToken: boolean): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path, name, summary, takes, answers } of routes) {
    const own = Object.entries(answers).map(([status, schema]) => [
      status,
      { description: descriptions[schema] ?? schema, ...json(schema) },
    ]);
    const common = Object.entries(refusals)
      .filter(([status]) => takes !== undefined || Number(status) < 413)
      .map(([status, description]) => [status, { description, ...json("Error") }]);
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: {
        operationId: name,
        summary,
        ...(path.includes("{id}") ? { parameters: [number] } : {}),
        ...(takes === undefined ? {} : { requestBody: { required: true, ...json(takes) } }),
        responses: Object.fromEntries([...own, ...common]),
      },
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Azimuth: faults on a running cluster",
      version,
      description:
        "Served on loopback alone, and only by a server that was started with chaos=yes.",
    },
    ...(needsToken ? { security: [{ token: [] }] } : {}),
    paths,
    components: {
      schemas,
      ...(needsToken ? { securitySchemes: { token: { type: "http", scheme: "bearer" } } } : {}),
    },
  };
}

const descriptions: Readonly<Record<string, string>> = {
  Status: "The cluster as it is now",
  Faults: "In the order in which they began",
  Events: "Oldest first",
  Fault: "It has begun",
  Healed: "Done",
  Reloaded:
    "It was read; zones that are processes of their own tell what is wrong with it in their logs",
  Error: "What was wrong",
};

const number = {
  name: "id",
  in: "path",
  required: true,
  description: "of a fault or an event",
  schema: { type: "integer", minimum: 0 },
};

function json(schema: string): { readonly content: unknown } {
  return {
    content: { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } },
  };
}
