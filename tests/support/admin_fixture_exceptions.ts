import { NOW } from "./admin_fixture_data.ts";
import type { OperationOutput } from "../../src/control/operation.ts";

/** Of a list that has one, and takes whatever is added. */
export function exceptionHandlers(empty: boolean) {
  return {
    "exceptions.list": () =>
      empty ? [] : [{
        id: "x1",
        rule_id: "sqli-120",
        rule_name: "UNION SELECT appends a second query",
        host_id: "h-shop",
        host_name: "shop.example.com",
        path: "/t/*",
        targets: ["args:message"],
        up_to_score: null,
        note: "Members discuss SQL in replies",
        created_at: NOW - 3_600_000,
        created_by: "Mira Olsen",
      }],
    "exceptions.create": (
      { rule_id }: { readonly rule_id: string },
    ): OperationOutput<"exceptions.create"> => ({
      id: "x2",
      rule_id,
      rule_name: rule_id,
      host_id: null,
      host_name: null,
      path: null,
      targets: [],
      up_to_score: null,
      note: "",
      created_at: NOW,
      created_by: "Mira Olsen",
      verified_by: "findings",
      still_refused_by: [],
    }),
    "exceptions.preview": (): OperationOutput<"exceptions.preview"> => ({
      by: "findings",
      before: { score: 10, refused: true },
      after: { score: 0, refused: false },
      threshold: 5,
      findings: [],
    }),
    "exceptions.delete": () => ({}),
  };
}
