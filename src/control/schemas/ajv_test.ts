/** The check of values against another implementation, on schemas and values made at random. */
import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { NodeTable } from "../../waf/schema/node_table.ts";
import { ValueCheck } from "../../waf/schema/check_value.ts";
import { NodeCompiler } from "./node_compiler.ts";
import { Source } from "./source.ts";

type Schema = Record<string, unknown> | boolean;

// Without `__proto__`, which the other one does not see in schemas.
const NAMES = ["a", "b", "c", "toString", "constructor"] as const;
const name = fc.constantFrom(...NAMES);
const small = fc.integer({ min: 0, max: 4 });
const scalar = fc.oneof(
  fc.constantFrom(null, true, false, 0, 1, 2, 3.5, -1, "", "a", "ab", "1", "x1y", "😀"),
  fc.integer({ min: -5, max: 5 }),
  fc.string({ maxLength: 5 }),
);

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.uniqueArray(name, { maxLength: 4 }).chain((keys) =>
      fc.tuple(...keys.map(() => tie("value"))).map((values) => tableOf(keys, values))
    ),
  ),
}));

const { schema } = fc.letrec<{ schema: Schema }>((tie) => {
  const part = tie("schema");
  const parts = fc.array(part, { minLength: 1, maxLength: 3 });
  const table = fc.uniqueArray(name, { maxLength: 3 }).chain((keys) =>
    fc.tuple(...keys.map(() => part)).map((values) => tableOf(keys, values))
  );
  const keyword = fc.oneof(
    fc.constantFrom("null", "boolean", "integer", "number", "string", "array", "object").map((type) => ({
      type,
    })),
    fc.constantFrom(["string", "null"], ["integer", "array"], ["object", "null"]).map((type) => ({ type })),
    fc.uniqueArray(scalar, { minLength: 1, maxLength: 3, selector: (each) => JSON.stringify(each) })
      .map((each) => ({ enum: each })),
    scalar.map((each) => ({ const: each })),
    small.map((minimum) => ({ minimum })),
    small.map((maximum) => ({ maximum })),
    small.map((exclusiveMinimum) => ({ exclusiveMinimum })),
    small.map((exclusiveMaximum) => ({ exclusiveMaximum })),
    fc.constantFrom(1, 2, 0.5).map((multipleOf) => ({ multipleOf })),
    small.map((minLength) => ({ minLength })),
    small.map((maxLength) => ({ maxLength })),
    fc.constantFrom("^a", "\\d", "^[a-z]{1,20}$", "b$").map((pattern) => ({ pattern })),
    part.map((items) => ({ items })),
    parts.map((prefixItems) => ({ prefixItems })),
    part.map((contains) => ({ contains })),
    small.map((minItems) => ({ minItems })),
    small.map((maxItems) => ({ maxItems })),
    fc.constant({ uniqueItems: true }),
    table.map((properties) => ({ properties })),
    fc.oneof(fc.boolean(), part).map((additionalProperties) => ({ additionalProperties })),
    fc.tuple(fc.constantFrom("^a", "b"), part).map(([pattern, each]) => ({
      patternProperties: { [pattern]: each },
    })),
    fc.uniqueArray(name, { maxLength: 2 }).map((required) => ({ required })),
    fc.tuple(name, name).map(([from, to]) => ({ dependentRequired: tableOf([from], [[to]]) })),
    fc.constant({ propertyNames: { maxLength: 1 } }),
    fc.constant({ unevaluatedProperties: false }),
    small.map((minProperties) => ({ minProperties })),
    small.map((maxProperties) => ({ maxProperties })),
    parts.map((allOf) => ({ allOf })),
    parts.map((anyOf) => ({ anyOf })),
    parts.map((oneOf) => ({ oneOf })),
    part.map((not) => ({ not })),
    fc.tuple(part, part, part).map(([first, then, otherwise]) => ({ if: first, then, else: otherwise })),
  );
  return {
    schema: fc.oneof(
      { depthSize: "small", maxDepth: 4 },
      fc.boolean(),
      fc.array(keyword, { minLength: 1, maxLength: 4 }).map((all): Schema => Object.assign({}, ...all)),
    ),
  };
});

function tableOf(keys: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key, i) => [key, values[i]]));
}

function fits(schema: Schema, value: unknown): boolean {
  const document = { openapi: "3.1.0", paths: {} };
  const nodes = new NodeCompiler(new Source({ value: document, lineOf: () => null }));
  const index = nodes.compile(schema, []);
  return new ValueCheck(new NodeTable(nodes.nodes), false).fault(index, value, false) === null;
}

Deno.test("values fit exactly the schemas that another validator lets them through", () => {
  const ajv = new Ajv2020({
    ownProperties: true,
    strict: false,
    allErrors: false,
    validateFormats: false,
    logger: false,
  });
  let fitting = 0;
  fc.assert(
    fc.property(schema, value, (each, sample) => {
      const expected = ajv.validate(each, sample) === true;
      ajv.removeSchema();
      if (expected) fitting++;
      assert.equal(fits(each, sample), expected);
    }),
    { numRuns: 3_000, seed: 7 },
  );
  assert.ok(fitting > 300, `${fitting} of them fit`);
});
