import type { OperationOutput } from "../../src/control/operation.ts";
import { NOW } from "./admin_fixture_data.ts";

type Schema = OperationOutput<"schemas.list">[number];
type Detail = OperationOutput<"schemas.get">;

/** One that is fetched, and one that was uploaded and cannot be fetched. */
export function schemas(): Schema[] {
  const shop: Schema = {
    id: "schema-shop",
    host_id: "h-wiki",
    host_name: "wiki.example.com",
    origin: "stored",
    name: "Shop API",
    url: "https://shop.example.com/openapi.json",
    refresh_seconds: 3_600,
    base_path: null,
    mode: "enforce",
    block_undefined: true,
    strict_body: false,
    title: "Shop",
    dialect: "3.1.0",
    api_version: "2.4",
    bases: ["/api/v2"],
    endpoints: 3,
    switched: 1,
    notes: ["components.schemas.Code: its pattern cannot run in linear time and is not checked"],
    created_at: NOW - 86_400_000,
    updated_at: NOW - 3_600_000,
    fetched_at: NOW - 1_200_000,
    failure: "shop.example.com answered 503",
    version: 4,
  };
  return [
    shop,
    {
      ...shop,
      id: "schema-old",
      name: "Old <API>",
      url: "",
      mode: "detect",
      dialect: "2.0",
      fetched_at: null,
      failure: "",
      notes: [],
    },
  ];
}

export function schemaDetail(schema: Schema): Detail {
  return {
    ...schema,
    rules: [
      { i: 0, method: "GET", path: "/orders", mode: schema.mode, own_mode: null, parameters: 2, body: [] },
      {
        i: 1,
        method: "POST",
        path: "/orders",
        mode: "detect",
        own_mode: "detect",
        parameters: 0,
        body: ["application/json"],
      },
      {
        i: 2,
        method: "GET",
        path: "/orders/{id}",
        mode: schema.mode,
        own_mode: null,
        parameters: 1,
        body: [],
      },
    ],
  };
}
