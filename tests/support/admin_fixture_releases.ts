import type { OperationOutput } from "../../src/control/operation.ts";
import { NOW } from "./admin_fixture_data.ts";

type Releases = OperationOutput<"releases.list">;

const BUILT_IN: Releases["releases"][number] = {
  version: "built-in",
  digest: "eda7b8852bd9",
  origin: "built-in",
  rules: 268,
  in_force: true,
  former: false,
  issued_at: null,
  key: "",
  imported_at: null,
  imported_by: "",
};
const NEWER: Releases["releases"][number] = {
  ...BUILT_IN,
  version: "1f2e3d4c5b6a",
  digest: "1f2e3d4c5b6a",
  origin: "imported",
  rules: 271,
  in_force: false,
  former: true,
  issued_at: NOW - 86_400_000,
  key: "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
  imported_at: NOW - 3_600_000,
  imported_by: "Mira Olsen",
};

/** The built-in rule set in force, and a signed one beside it. */
export function releases(): Releases {
  return { releases: [BUILT_IN, NEWER], since: null, trusted_keys: [NEWER.key], failure: "" };
}

export function comparison(): OperationOutput<"releases.compare"> {
  return {
    release: NEWER,
    is_older: true,
    added: [{ id: "xss-190", name: "A handler <in> disguise" }],
    removed: [],
    changed: [{ id: "sqli-120", name: "UNION SELECT appends a second query" }],
    model_changed: true,
    trial: {
      requests: 41_200,
      looked_back_to: NOW - 604_800_000,
      complete: false,
      seen_whole: 3,
      newly_refused: 2,
      no_longer_refused: 0,
      samples: [{
        id: "01JD8F3K7QW2T9ABCDEFGH0000",
        at: NOW - 60_000,
        host: "shop.example.com",
        method: "GET",
        target: "/?q=%3Csvg%20onload%3E",
        becomes: "refused",
        rules: ["xss-190"],
      }],
    },
  };
}
