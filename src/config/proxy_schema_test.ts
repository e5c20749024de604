import assert from "node:assert/strict";
import type { AegisError } from "../core/errors.ts";
import { loadConfig } from "./load.ts";
import { parseProxyList } from "./proxy_schema.ts";

function load(file: string | null, env: Record<string, string> = {}) {
  return loadConfig({
    flags: { dataDir: "/nowhere", ...(file === null ? {} : { config: "/nowhere/aegis.yml" }) },
    env,
    cwd: "/nowhere",
    isRoot: false,
    cores: 1,
    now: 0,
    readFile: () => file,
  });
}

/** What a refused configuration is told, line by line. */
function faults(file: string | null, env: Record<string, string> = {}): string[] {
  try {
    load(file, env);
  } catch (thrown) {
    return (thrown as AegisError).fields.map(({ field, message }) => `${field}: ${message}`);
  }
  return [];
}

Deno.test("proxies of the file: an address alone, or with its header in any case of letters", () => {
  const { declared, proxy_discovery } = load(`proxies:
  trusted: [10.0.0.5, { network: 10.1.0.7/24, header: X-Real-IP }, "2001:db8::/48"]
  cdn: [cloudflare]
  auto_trust: on
  discover: [csf, { kind: nftables, path: /srv/nft.conf }]
`);
  assert.deepEqual(declared.proxies, {
    trusted: [
      { network: "10.0.0.5", header: "x-forwarded-for" },
      { network: "10.1.0.0/24", header: "x-real-ip" },
      { network: "2001:db8::/48", header: "x-forwarded-for" },
    ],
    cdn: ["cloudflare"],
    auto_trust: true,
  });
  assert.deepEqual(proxy_discovery, [
    { kind: "csf", path: "/etc/csf/csf.allow" },
    { kind: "nftables", path: "/srv/nft.conf" },
  ]);
  assert.deepEqual(load(null).proxy_discovery, [], "nothing of the machine is read unless it is asked for");
});

Deno.test("[SECURITY] what would make everybody a proxy, or believe any header, is refused with its place", () => {
  assert.match(faults("proxies: { trusted: [0.0.0.0/0] }\n")[0]!, /^proxies\.trusted\.0.*everybody/);
  assert.match(faults('proxies: { trusted: ["::/0"] }\n')[0]!, /everybody/);
  assert.match(
    faults("proxies: { trusted: [{ network: 10.0.0.1, header: X-Client }] }\n").join(),
    /^proxies\.trusted\.0/,
  );
  assert.match(faults("proxies: { cdn: [akamai] }\n").join(), /^proxies\.cdn\.0/);
  assert.match(
    faults("proxies: { discover: [{ kind: csf, path: relative }] }\n").join(),
    /^proxies\.discover\.0/,
  );
});

Deno.test("AEGIS_TRUSTED_PROXY names addresses, networks and headers; what it cannot mean is a fault", () => {
  const { trusted_proxies } = load(null, {
    AEGIS_TRUSTED_PROXY: "10.0.0.5, 10.1.0.0/24=X-Real-IP 2001:db8::1",
  });
  assert.deepEqual(trusted_proxies, [
    { network: "10.0.0.5", header: "x-forwarded-for" },
    { network: "10.1.0.0/24", header: "x-real-ip" },
    { network: "2001:db8::1", header: "x-forwarded-for" },
  ]);
  assert.deepEqual(load(null, { AEGIS_TRUSTED_PROXY: "" }).trusted_proxies, []);
  const { entries, faults: found } = parseProxyList("nginx 0.0.0.0/0 10.0.0.1=Client 10.0.0.1=a=b");
  assert.deepEqual(entries, []);
  assert.equal(found.length, 4);
  assert.match(
    faults(null, { AEGIS_TRUSTED_PROXY: "nginx" })[0]!,
    /^AEGIS_TRUSTED_PROXY: "nginx" is no address/,
  );
});
