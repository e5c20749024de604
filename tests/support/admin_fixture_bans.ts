import type { OperationInput, OperationName, OperationOutput } from "../../src/control/operation.ts";
import { AegisError } from "../../src/core/errors.ts";
import { NOW } from "./admin_fixture_data.ts";

type Answers = { readonly [N in Names]: (input: OperationInput<N>) => OperationOutput<N> };
type Names = Extract<OperationName, `bans.${string}` | `lists.${string}`>;

/** What the administration's fixture answers of bans and subscribed lists. */
export function banOperations(empty: boolean): Answers {
  return {
    "bans.list": () => empty ? [] : [ban("203.0.113.77", NOW + 7_200_000), ban("2001:db8:77::/64", null)],
    "bans.export": () => ({ file_name: "aegis-bans.csv", content: btoa("network\r\n") }),
    "bans.create": ({ network }) => ban(network, null),
    "bans.delete": () => ({}),
    "lists.list": () => addressLists(),
    "lists.create": () => addressLists()[0]!,
    "lists.update": ({ id }) => listOf(id),
    "lists.refresh": ({ id }) => listOf(id),
    "lists.delete": () => ({}),
  };
}

function listOf(id: string): OperationOutput<"lists.update"> {
  const list = addressLists().find((each) => each.id === id);
  if (list === undefined) throw new AegisError("not_found", "there is no such list");
  return list;
}

function ban(network: string, expires: number | null): OperationOutput<"bans.create"> {
  return {
    id: `b-${network.replaceAll(/\W/g, "-")}`,
    network,
    host_id: null,
    host_name: null,
    reason: "SQL injection scan",
    view: expires === null ? "blacklist" : "ban",
    origin: expires === null ? "operator" : "automatic",
    created_at: NOW - 600_000,
    created_by: "Mira Olsen",
    expires_at: expires,
    answered: 40,
    dropped: expires === null ? 0 : 1_812,
    last_hit_at: NOW - 30_000,
    removable: true,
  };
}

/** Subscribed lists in each of their states. */
function addressLists(): OperationOutput<"lists.list"> {
  const list = {
    kind: "networks" as const,
    every_seconds: 43_200,
    enabled: true,
    has_key: false,
    left_out: 0,
    error: "",
    tried_at: NOW - 600_000,
    fetched_at: NOW - 600_000,
    answered: 0,
    dropped: 0,
    last_hit_at: null,
    offers: false,
    machine: "",
    has_password: false,
    offered: 0,
    offered_at: null,
    offer_error: "",
  };
  return [
    {
      ...list,
      id: "spamhaus-drop",
      name: "Spamhaus DROP",
      url: "https://www.spamhaus.org/drop/drop_v4.json",
      entries: 1_412,
      state: "fresh",
      answered: 212,
      dropped: 4_031,
      last_hit_at: NOW - 20_000,
    },
    {
      ...list,
      id: "list-own",
      name: "Neighbours' list",
      url: "https://lists.example/hostile.txt",
      entries: 88,
      state: "stale",
      fetched_at: NOW - 86_400_000,
      error: 'line 17: "<html>" is no address or network',
    },
    {
      ...list,
      id: "crowdsec",
      name: "CrowdSec",
      kind: "crowdsec",
      url: "http://127.0.0.1:8080",
      every_seconds: 60,
      enabled: false,
      entries: 0,
      state: "off",
      tried_at: null,
      fetched_at: null,
      offers: true,
      machine: "aegis",
      has_password: true,
      offered: 12,
      offered_at: NOW - 60_000,
      offer_error: "127.0.0.1:8080: connection refused",
    },
  ];
}
