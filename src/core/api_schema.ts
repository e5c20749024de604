/**
 * Documents of APIs (OpenAPI, Swagger) in the form that gateways interpret: plain data, made by control, which has read
 * the text. Places inside are indices, so that definitions may refer to themselves.
 */

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Which kinds of values a node lets in, as bits. An integer is a number too. */
export const KIND_BITS = Object.freeze({
  null: 1,
  boolean: 2,
  integer: 4,
  number: 8,
  string: 16,
  array: 32,
  object: 64,
});

/** One JSON schema. Absent: nothing is asked. Numbers that are called nodes are indices into `ApiDocument.nodes`. */
export interface SchemaNode {
  /** Of KIND_BITS. */
  readonly kinds?: number;
  /** null passes, whatever else stands here. */
  readonly nullable?: boolean;
  readonly enum?: readonly Json[];
  readonly format?: string;

  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;

  readonly minLength?: number;
  readonly maxLength?: number;
  /** A regex that runs in linear time; control has tried it. */
  readonly pattern?: string;

  readonly items?: number;
  readonly prefixItems?: readonly number[];
  readonly contains?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;

  readonly properties?: Readonly<Record<string, number>>;
  readonly patternProperties?: readonly (readonly [pattern: string, node: number])[];
  /** false: no others; a node: others are such; absent: any others. */
  readonly additional?: false | number;
  /** Others are refused where no part of the whole (`allOf`, …) knows them. */
  readonly closed?: boolean;
  /** Other properties are meant to come, so that they are not unknown in strict bodies either. */
  readonly open?: boolean;
  readonly required?: readonly string[];
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>;
  readonly propertyNames?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;

  readonly allOf?: readonly number[];
  readonly anyOf?: readonly number[];
  readonly oneOf?: readonly number[];
  readonly not?: number;
  readonly if?: number;
  readonly then?: number;
  readonly else?: number;
  /** Nothing passes (the schema `false`). */
  readonly never?: boolean;
}

/** How a parameter's text is taken apart (OpenAPI 3.1, 4.8.12.3); `json`: it is one JSON text. */
export type ParameterStyle =
  | "simple"
  | "label"
  | "matrix"
  | "form"
  | "spaceDelimited"
  | "pipeDelimited"
  | "tabDelimited"
  | "deepObject"
  | "json";

export interface ApiParameter {
  /** Of a header in lower case. */
  readonly name: string;
  readonly place: "path" | "query" | "header" | "cookie";
  readonly required: boolean;
  readonly style: ParameterStyle;
  readonly explode: boolean;
  /** What its node makes of it, so that text can be taken apart before it is looked at. */
  readonly shape: "scalar" | "array" | "object";
  /** Of an exploded object: the names that its properties come under. */
  readonly fields: readonly string[];
  readonly allowsEmpty: boolean;
  /** -1: anything. */
  readonly node: number;
}

export interface ApiMedia {
  /** `application/json`, `application/*` or `*` + `/*`, lower case, without parameters. */
  readonly type: string;
  /** -1: anything. */
  readonly node: number;
  /** Of forms: how lists in one field are parted, by the field's name; others come as repeated fields. */
  readonly separators: Readonly<Record<string, string>>;
}

export interface ApiBody {
  readonly required: boolean;
  readonly media: readonly ApiMedia[];
}

export interface ApiEndpoint {
  /** Upper case. */
  readonly method: string;
  /** Path templates with their base path, canonical: `/v1/users/{0}`; numbers are the places in `names`. */
  readonly paths: readonly string[];
  /** As the document has it: `/users/{id}`. */
  readonly template: string;
  /** Names of the path's variables; those that end with `*` take the rest of the path. */
  readonly names: readonly string[];
  readonly parameters: readonly ApiParameter[];
  readonly body: ApiBody | null;
}

export interface ApiDocument {
  readonly title: string;
  /** `3.1.0`, as the document says. */
  readonly dialect: string;
  /** The API's own version. */
  readonly apiVersion: string;
  /** Base paths, without `/` at the end; an empty one stands for the whole host. */
  readonly bases: readonly string[];
  readonly endpoints: readonly ApiEndpoint[];
  readonly nodes: readonly SchemaNode[];
  /** What could not be taken over, for people. */
  readonly notes: readonly string[];
}

export const SCHEMA_MODES = ["off", "detect", "enforce"] as const;
export type SchemaMode = typeof SCHEMA_MODES[number];

/** A document on duty at a host. */
export interface ApiSchema {
  readonly id: string;
  readonly hostId: string;
  readonly name: string;
  /** Another one where anything of it is another. */
  readonly version: string;
  readonly mode: SchemaMode;
  /** Paths below its bases that no schema of the host knows are refused. */
  readonly blockUndefined: boolean;
  /** Fields of bodies that the document does not name are refused. */
  readonly strictBody: boolean;
  /** `GET /users/{id}` → its own mode. */
  readonly switches: Readonly<Record<string, SchemaMode>>;
  readonly document: ApiDocument;
}

/** Under which an endpoint is switched: it stays the same over refreshes. */
export function endpointKey(endpoint: Pick<ApiEndpoint, "method" | "template">): string {
  return `${endpoint.method} ${endpoint.template}`;
}
