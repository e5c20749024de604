import { AegisError } from "../../src/core/errors.ts";
import type { OperationOutput } from "../../src/control/operation.ts";
import { NOW } from "./admin_fixture_data.ts";

const HOUR = 3_600_000;

/** What the pages of the shield ask. `isUnderAttack`: somebody has switched it on, and there are banners. */
export function shieldHandlers(
  isUnderAttack: boolean,
  hostOf: (id: string) => OperationOutput<"hosts.get">,
) {
  const host = ({ id }: { readonly id: string }) => hostOf(id);
  return {
    "shield.banners": () => isUnderAttack ? banners() : [],
    "shield.status": () => shieldStatus(isUnderAttack),
    "shield.under_attack": () => shieldStatus(true),
    "hosts.under_attack": host,
    "hosts.maintenance": host,
    "hosts.pause_waf": host,
    "bots.lists": () => botLists(),
    "bots.take_list": () => botLists(),
    "bots.reset_list": () => botLists(),
    "proxies.list": () => proxies(),
    "proxies.reload": () => proxies(),
    "proxies.add": ({ network }: { readonly network: string }) => proxies(network),
    "proxies.remove": () => proxies(),
    "proxies.refresh_cdn": () => proxies(),
  };
}

/** `isUnderAttack`: somebody has switched it on, and Aegis has found something itself. */
function shieldStatus(isUnderAttack: boolean): OperationOutput<"shield.status"> {
  return {
    preset: "standard",
    level: isUnderAttack ? "operator" : "none",
    text: isUnderAttack ? "switched to under attack; one host is under attack" : "as usual",
    rps: isUnderAttack ? 812.4 : 41.2,
    usual: 40.8,
    until: isUnderAttack ? NOW + HOUR : null,
    in_flight: 12,
    hosts: [
      {
        id: "h-shop",
        name: "shop.example.com",
        level: isUnderAttack ? "operator" : "none",
        own_level: isUnderAttack ? "statistics" : "none",
        text: isUnderAttack ? "far more requests than usual" : "as usual",
        rps: 31.5,
        usual: 30.2,
        under_attack_until: null,
        maintenance_until: null,
        waf_paused_until: null,
      },
      {
        id: "h-wiki",
        name: "wiki.example.com",
        level: isUnderAttack ? "operator" : "none",
        own_level: "none",
        text: isUnderAttack ? "asked like every host; nothing unusual here" : "as usual",
        rps: null,
        usual: null,
        under_attack_until: null,
        maintenance_until: null,
        waf_paused_until: NOW + 600_000,
      },
    ],
  };
}

function banners(): OperationOutput<"shield.banners"> {
  return [
    { kind: "statistics", host_id: "h-shop", host_name: "shop.example.com", until: null },
    { kind: "under_attack", host_id: null, host_name: null, until: NOW + HOUR },
    { kind: "waf_pause", host_id: "h-wiki", host_name: "wiki.example.com", until: NOW + 600_000 },
  ];
}

/** `added`: what is to be trusted besides. */
function proxies(added?: string): OperationOutput<"proxies.list"> {
  if (added === "nonsense") {
    throw new AegisError("invalid_input", "network: is no address", {
      fields: [{ field: "network", message: "is no address", remedy: "write 10.0.0.5 or 10.0.0.0/24" }],
    });
  }
  return {
    trusted: [
      { network: "10.0.0.0/24", header: "x-forwarded-for", origin: "settings", place: "" },
      { network: "10.1.0.5", header: "x-real-ip", origin: "environment", place: "" },
      { network: "173.245.48.0/20", header: "cf-connecting-ip", origin: "cloudflare", place: "" },
    ],
    proposed: [
      { network: "192.0.2.10", header: "x-forwarded-for", origin: "csf", place: "/etc/csf/csf.allow:12" },
    ],
    sources: [
      { kind: "csf", path: "/etc/csf/csf.allow", read_at: NOW - 120_000, found: 1, problem: null },
      {
        kind: "nftables",
        path: "/etc/nftables.conf",
        read_at: NOW - 120_000,
        found: 0,
        problem: "Permission denied (os error 13)",
      },
    ],
    cdn: [
      {
        name: "cloudflare",
        title: "Cloudflare",
        trusted: true,
        networks: 22,
        fetched_at: NOW - 5 * 86_400_000,
      },
      { name: "fastly", title: "Fastly", trusted: false, networks: 21, fetched_at: null },
      { name: "cloudfront", title: "Amazon CloudFront", trusted: false, networks: 194, fetched_at: null },
    ],
    auto_trust: false,
  };
}

function botLists(): OperationOutput<"bots.lists"> {
  const list = { tried_at: null, taken_at: null, error: "" };
  return {
    lists: [
      {
        ...list,
        name: "google",
        title: "Google",
        source: "https://developers.google.com/a.json",
        entries: 70,
      },
      {
        name: "bing",
        title: "Bing",
        source: "https://www.bing.com/b.json",
        entries: 25,
        taken_at: NOW - 30 * HOUR,
        tried_at: NOW - HOUR,
        error: 'line 3: "<html>" is no network',
      },
      { ...list, name: "ai", title: "AI crawlers", source: "", entries: 0 },
    ],
    ai: { crawlers: [], assistants: [] },
  };
}
