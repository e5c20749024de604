import assert from "node:assert/strict";
import fc from "fast-check";
import { CidrMap } from "./cidr_map.ts";
import { contains, parseAddress, parseCidr } from "./ip.ts";

Deno.test("the narrowest network wins, IPv4 and IPv6 side by side", () => {
  const map = new CidrMap<string>();
  for (const text of ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "2001:db8::/32", "0.0.0.0/0"]) {
    map.set(parseCidr(text)!, text);
  }
  assert.equal(map.find(parseAddress("10.1.2.3")!), "10.1.2.3");
  assert.equal(map.find(parseAddress("10.1.9.9")!), "10.1.0.0/16");
  assert.equal(map.find(parseAddress("::ffff:10.9.9.9")!), "10.0.0.0/8");
  assert.equal(map.find(parseAddress("2001:db8::7")!), "2001:db8::/32");
  assert.equal(map.find(parseAddress("2001:db9::7")!), undefined);
  assert.equal(map.find(parseAddress("192.0.2.1")!), "0.0.0.0/0");
  assert.equal(map.size, 5);
});

Deno.test("a value that is not accepted does not hide a wider network", () => {
  const map = new CidrMap<{ over: boolean }>();
  map.set(parseCidr("10.1.2.3")!, { over: true });
  map.set(parseCidr("10.0.0.0/8")!, { over: false });
  assert.deepEqual(map.find(parseAddress("10.1.2.3")!, (value) => !value.over), { over: false });
  assert.equal(map.find(parseAddress("10.1.2.3")!, () => false), undefined);
});

Deno.test("a look-up finds what a scan over all networks finds", () => {
  const network = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([address, length]) =>
    `${address}/${length}`
  );
  fc.assert(fc.property(fc.array(network, { maxLength: 40 }), fc.ipV4(), (networks, address) => {
    const map = new CidrMap<number>();
    const cidrs = networks.map((text) => parseCidr(text)!);
    for (const cidr of cidrs) map.set(cidr, cidr.prefix);
    const words = parseAddress(address)!;
    const longest = Math.max(-1, ...cidrs.filter((cidr) => contains(cidr, words)).map((cidr) => cidr.prefix));
    assert.equal(map.find(words) ?? -1, longest);
  }));
});
