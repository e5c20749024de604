import { z } from "zod";
import { CONTRACT } from "../control/operation.ts";
import { pathFields } from "./input.ts";
import { PROBLEMS } from "./problem.ts";
import { NUMBER_FIELDS, type Route, ROUTES } from "./routes.ts";

type Json = Record<string, unknown>;

export interface OpenApiDocument extends Json {
  readonly info: Json & { readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

/** OpenAPI 3.1 of the routes, from the schemas that validate: what stands here is what is checked. */
export function openApiDocument(version: string): OpenApiDocument {
  const paths: Record<string, Record<string, Json>> = {};
  const definitions: Json = {};
  for (const route of ROUTES) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route, definitions) };
  }
  paths["/events"] = { get: EVENTS };
  return {
    openapi: "3.1.0",
    info: {
      title: "Aegis",
      version,
      description:
        "The administration of Aegis. Sign in with POST /auth/login; changes carry the session's token " +
        "in X-CSRF-Token. Errors are problem details (RFC 9457).",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/api/v1" }],
    security: [{ session: [] }],
    tags: [...new Set(ROUTES.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: "__Host-aegis_session" },
      },
      schemas: { Problem: PROBLEM, ...definitions },
    },
  };
}

/** `definitions`: where schemas that hold themselves are put, by name. */
function operation(route: Route, definitions: Json): Json {
  const contract = CONTRACT[route.operation];
  const input = schemaOf(contract.input, "input", definitions);
  const parameters = [
    ...pathFields(route.path).map((name) => ({
      name,
      in: "path",
      required: true,
      schema: { type: NUMBER_FIELDS.has(name) ? "integer" : "string" },
    })),
    ...(route.query ?? []).map((name) => queryParameter(name, input)),
    ...(route.versioned && route.method !== "GET" && route.method !== "POST" ? [IF_MATCH] : []),
    ...(route.method !== "GET" && contract.role !== "anyone" ? [CSRF] : []),
  ];
  return {
    operationId: operationId(route),
    tags: [tagOf(route)],
    summary: contract.summary,
    description: contract.role === "anyone" ? "Without signing in." : `Needs the role ${contract.role}.`,
    ...(contract.role === "anyone" ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined ? {} : { requestBody: requestBody(route, input) }),
    responses: responses(route, definitions),
  };
}

/** Two routes may be one operation: `hosts.test` by id and by URL, settings as `/settings` and as `/config`. */
function operationId(route: Route): string {
  const name = route.operation.replace(".", "_");
  const first = ROUTES.find((each) => each.operation === route.operation)!;
  if (first === route) return name;
  return route.path.includes("{id}") ? `${name}_by_id` : `${name}_by_${route.path.split("/")[1]}`;
}

function tagOf(route: Route): string {
  return route.path.split("/")[1]!;
}

function requestBody(route: Route, input: Json): Json {
  const schema = route.body === "input" ? withoutFields(input, route) : propertyOf(input, route.body!);
  return { required: true, content: { "application/json": { schema } } };
}

/** What path and session bring is not part of the body. */
function withoutFields(schema: Json, route: Route): Json {
  const drop = [
    ...pathFields(route.path),
    ...(route.session === "begins" ? ["user_agent"] : []),
  ];
  if (drop.length === 0 || typeof schema.properties !== "object") return schema;
  const properties = Object.fromEntries(
    Object.entries(schema.properties as Json).filter(([name]) => !drop.includes(name)),
  );
  const required = (schema.required as string[] | undefined)?.filter((name) => !drop.includes(name));
  return { ...schema, properties, ...(required === undefined ? {} : { required }) };
}

function propertyOf(schema: Json, name: string): Json {
  return (schema.properties as Record<string, Json>)[name]!;
}

function queryParameter(name: string, input: Json): Json {
  const [group, key] = name.split(".") as [string, string | undefined];
  const field = propertyOf(input, group);
  const schema = key === undefined ? field : propertyOf(field, key);
  return {
    name,
    in: "query",
    required: key === undefined && (input.required as string[] | undefined)?.includes(name) === true,
    schema: NUMBER_FIELDS.has(name) ? schema : stringSide(schema),
  };
}

/** A query holds text: of a union of number and text the text. */
function stringSide(schema: Json): Json {
  const options = schema.anyOf as Json[] | undefined;
  return options?.find((option) => option.type === "string") ?? schema;
}

function responses(route: Route, definitions: Json): Json {
  const contract = CONTRACT[route.operation];
  const status = String(route.status ?? 200);
  const failures = ["invalid_input", "rate_limited", "internal"] as const;
  const denied = contract.role === "anyone" ? [] : ["not_signed_in", "forbidden"] as const;
  const place = route.path.includes("{id}") ? ["not_found"] as const : [];
  const state = route.method === "GET" ? [] : ["conflict"] as const;
  const stale = route.versioned && route.method !== "GET" ? ["precondition_failed"] as const : [];
  const problems = [...failures, ...denied, ...place, ...state, ...stale].map((code) => [
    String(PROBLEMS[code].status),
    {
      description: PROBLEMS[code].title,
      content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
    },
  ]);
  return { [status]: success(route, definitions), ...Object.fromEntries(problems) };
}

function success(route: Route, definitions: Json): Json {
  if (route.status === 204) return { description: "Done." };
  if (route.file !== undefined) {
    return {
      description: "The file.",
      content: { [route.file]: { schema: { type: "string", format: "binary" } } },
    };
  }
  const output = schemaOf(CONTRACT[route.operation].output, "output", definitions);
  const schema = route.session === "begins" ? withoutToken(output) : output;
  const headers = route.versioned
    ? { headers: { ETag: { description: "Version, for If-Match", schema: { type: "string" } } } }
    : {};
  return { description: "As asked.", ...headers, content: { "application/json": { schema } } };
}

function withoutToken(schema: Json): Json {
  const { token: _token, ...properties } = schema.properties as Json;
  return {
    ...schema,
    properties,
    required: (schema.required as string[]).filter((name) => name !== "token"),
  };
}

/** A schema that holds itself (groups of conditions) cannot stand where it is used: its name does. */
function schemaOf(schema: z.ZodType, io: "input" | "output", definitions: Json): Json {
  const made = z.toJSONSchema(schema, { io, reused: "inline" }) as Json;
  const suffix = io === "output" ? "Output" : "";
  const { $schema: _dialect, $defs, ...rest } = JSON.parse(
    JSON.stringify(made).replace(/"#\/\$defs\/(\w+)"/g, `"#/components/schemas/$1${suffix}"`),
  ) as Json;
  for (const [name, definition] of Object.entries(($defs ?? {}) as Json)) {
    const { id: _id, ...own } = definition as Json;
    definitions[name + suffix] = own;
  }
  return rest;
}

const CSRF = Object.freeze({
  name: "X-CSRF-Token",
  in: "header",
  required: true,
  description: "`csrf` of POST /auth/login or GET /users/me",
  schema: { type: "string" },
});

const IF_MATCH = Object.freeze({
  name: "If-Match",
  in: "header",
  required: false,
  description: "ETag as it was read; the change is refused with 412 where it is no longer the current one",
  schema: { type: "string" },
});

const EVENTS = Object.freeze({
  operationId: "events",
  tags: ["events"],
  summary: "Live requests and figures, as server-sent events `rows` and `stats`",
  description: "Needs the role viewer.",
  responses: {
    "200": { description: "Endless.", content: { "text/event-stream": { schema: { type: "string" } } } },
    "401": {
      description: PROBLEMS.not_signed_in.title,
      content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
    },
  },
});

const PROBLEM = Object.freeze({
  type: "object",
  description: "Problem details (RFC 9457)",
  required: ["type", "title", "status", "detail", "code", "request_id"],
  properties: {
    type: { type: "string", format: "uri" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string", enum: Object.keys(PROBLEMS) },
    request_id: { type: "string" },
    fields: {
      type: "array",
      items: {
        type: "object",
        required: ["field", "message"],
        properties: {
          field: { type: "string" },
          message: { type: "string" },
          remedy: { type: "string" },
          file: { type: "string" },
          line: { type: "integer" },
        },
      },
    },
  },
});
