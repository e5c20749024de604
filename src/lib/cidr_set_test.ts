import assert from "node:assert/strict";
import fc from "fast-check";
import { CidrSet, createCidrSet } from "./cidr_set.ts";
import { type AddressWords, type Cidr, contains, isIpv4, maskWords, parseAddress, parseCidr } from "./ip.ts";
import { decodeNetworks, encodeNetworks, type NetworkList, NetworkListBuilder } from "./network_list.ts";

function listOf(networks: readonly Cidr[]): NetworkList {
  const builder = new NetworkListBuilder();
  for (const network of networks) builder.add(network);
  return builder.build();
}

const cidrs = (...texts: string[]) => texts.map((text) => parseCidr(text)!);
const words = (text: string) => parseAddress(text)!;

Deno.test("an address is found in the list whose network holds it, at the edges too", () => {
  const set = new CidrSet(createCidrSet([
    listOf(cidrs("192.0.2.0/24", "10.0.0.0/8", "255.255.255.255")),
    listOf(cidrs("192.0.2.7", "2001:db8::/32", "0.0.0.0/32")),
  ]));
  const answers = [
    ["192.0.2.0", 0],
    ["192.0.2.255", 0],
    ["192.0.2.7", 0],
    ["192.0.3.0", -1],
    ["10.255.255.255", 0],
    ["11.0.0.0", -1],
    ["255.255.255.255", 0],
    ["255.255.255.254", -1],
    ["0.0.0.0", 1],
    ["0.0.0.1", -1],
    ["2001:db8:ffff::1", 1],
    ["2001:db9::", -1],
    ["::1", -1],
  ] as const;
  for (const [address, place] of answers) assert.equal(set.find(words(address)), place, address);
  assert.equal(set.size, 5);
});

Deno.test("nothing is found where nothing is listed, and everything under a network of all", () => {
  assert.equal(new CidrSet(createCidrSet([])).find(words("192.0.2.1")), -1);
  const all = new CidrSet(
    createCidrSet([listOf([...cidrs("0.0.0.0/0", "192.0.2.0/24"), { words: [1, 0, 0, 0], prefix: 32 }])]),
  );
  assert.equal(all.find(words("203.0.113.9")), 0);
  assert.equal(all.size, 2);
});

/** Few different bits, so that networks meet. */
const narrow = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 })).map(
  ([isV4, a, b]): AddressWords =>
    isV4
      ? [0, 0, 0xffff, ((a & 0xe0) << 24 | (b & 3) << 14 | (b & 0xfc) >>> 2) >>> 0]
      : [(0x20000000 | a & 3) >>> 0, b & 1, (a & 0xf0) << 8, b],
);
const network = fc.tuple(narrow, fc.integer({ min: 0, max: 128 })).map(([at, length]): Cidr => {
  const prefix = at[2] === 0xffff && at[0] === 0 ? 96 + length % 33 : 1 + length % 128;
  return { words: maskWords(at, prefix), prefix };
});

/** A network of IPv6 says nothing of IPv4, though mapped addresses lie in some. */
function holds(cidr: Cidr, address: AddressWords): boolean {
  return isIpv4(cidr.words) === isIpv4(address) && contains(cidr, address);
}

Deno.test("it answers as a search through all networks would", () => {
  const lists = fc.array(fc.array(network, { maxLength: 30 }), { maxLength: 4 });
  fc.assert(fc.property(lists, fc.array(narrow, { maxLength: 30 }), (networks, addresses) => {
    const set = new CidrSet(createCidrSet(networks.map(listOf)));
    for (const address of addresses) {
      const place = set.find(address);
      const holders = networks.map((list) => list.some((cidr) => holds(cidr, address)));
      assert.equal(place >= 0, holders.includes(true));
      if (place >= 0) assert.ok(holders[place]);
    }
  }));
});

Deno.test("a list comes back from its bytes as it was, and other bytes are refused", () => {
  fc.assert(fc.property(fc.array(network), (networks) => {
    const list = listOf(networks);
    assert.deepEqual(decodeNetworks(encodeNetworks(list)), list);
  }));
  assert.throws(() => decodeNetworks(new Uint8Array(9)), RangeError);
});
