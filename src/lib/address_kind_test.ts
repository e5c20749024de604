import assert from "node:assert/strict";
import { type AddressKind, addressKind } from "./address_kind.ts";
import { parseAddress } from "./ip.ts";

const CASES: Readonly<Record<AddressKind, readonly string[]>> = {
  public: [
    "93.184.216.34",
    "192.0.1.1",
    "198.20.0.1",
    "2606:4700::1",
    "2001:4860:4860::8888",
    "64:ff9b::5db8:d822",
  ],
  private: [
    "10.0.0.1",
    "172.20.0.1",
    "192.168.0.1",
    "100.64.0.1",
    "198.19.0.1",
    "fd00::1",
    "fec0::1",
    "::ffff:10.0.0.1",
  ],
  loopback: ["127.9.9.9", "0.0.0.0", "::", "::1", "2002:7f00:1::1", "64:ff9b::7f00:1"],
  "link-local": ["169.254.0.1", "fe80::1", "::ffff:169.254.1.1", "2002:a9fe:1::1"],
  metadata: ["100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254"],
  reserved: ["224.0.0.1", "255.255.255.255", "ff02::1", "::7f00:1"],
};

for (const [kind, addresses] of Object.entries(CASES)) {
  Deno.test(`${kind} addresses are told by every form that they have`, () => {
    for (const address of addresses) assert.equal(addressKind(parseAddress(address)!), kind, address);
  });
}
