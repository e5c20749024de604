import assert from "node:assert/strict";
import { parseAddress } from "../../lib/ip.ts";
import {
  clearanceText,
  holdsNetwork,
  isCurrent,
  mayChange,
  newClearance,
  readClearance,
  withNetwork,
} from "./clearance.ts";
import { levelFor } from "./difficulty.ts";
import { networkText } from "./network.ts";
import { Seal } from "./seal.ts";
import { isTicketCurrent, readTicket, secondsUntilRipe, type Ticket, ticketText } from "./ticket.ts";

const NOW = 1_700_000_000_000;
const OLD = { id: "a1", key: "11".repeat(32) };
const NEW = { id: "b2", key: "22".repeat(32) };
const seal = new Seal([NEW, OLD]);

function network(address: string, bind: "network" | "address" = "network"): string {
  return networkText(parseAddress(address)!, bind);
}

Deno.test("a network is a /24 or a /48, and the address alone where it is bound to that", () => {
  assert.equal(network("192.0.2.77"), "c00002");
  assert.equal(network("192.0.2.77"), network("192.0.2.1"));
  assert.notEqual(network("192.0.2.77", "address"), network("192.0.2.1", "address"));
  assert.equal(network("2001:db8:7:1::5"), "20010db80007");
  assert.equal(network("2001:db8:7:1::5"), network("2001:db8:7:9::6"));
  assert.equal(network("::ffff:192.0.2.77"), "c00002");
});

Deno.test("a clearance reads as it was written, by the newest key and by the one before", () => {
  const pass = newClearance("0123456789abcdef", [network("192.0.2.1")], NOW);
  for (const text of [clearanceText(pass, seal), clearanceText(pass, new Seal([OLD]))]) {
    assert.match(text, /^v1\.0123456789abcdef\.c00002__0\.1700000000\.(?:a1|b2)\.[\w-]{43}$/);
    assert.deepEqual(readClearance(text, seal), pass);
  }
});

Deno.test("a forged, changed or foreign clearance is none", () => {
  const pass = newClearance("0123456789abcdef", [network("192.0.2.1")], NOW);
  const text = clearanceText(pass, seal);
  const forgeries = [
    "",
    "v1",
    "v1.....",
    text.replace("c00002", "c00003"),
    text.replace("1700000000", "1900000000"),
    text.replace(".b2.", ".a1."),
    text.replace(".b2.", ".zz."),
    `${text}=`,
    `${text} `,
    text.slice(0, -1),
    clearanceText(pass, new Seal([{ id: "b2", key: "33".repeat(32) }])),
    `${text}${"x".repeat(300)}`,
  ];
  for (const each of forgeries) assert.equal(readClearance(each, seal), null, each);
});

Deno.test("a ticket is no clearance and a clearance no ticket", () => {
  const ticket: Ticket = {
    nonce: "01ARZ3",
    hostHash: "ab",
    network: "c00002",
    issued: NOW / 1_000,
    level: 2,
    life: "0a1b2c3d",
  };
  assert.equal(readClearance(ticketText(ticket, seal), seal), null);
  assert.equal(readTicket(clearanceText(newClearance("ab", ["c00002"], NOW), seal), seal), null);
});

Deno.test("a pass lasts its minutes on its host, whatever the clock does", () => {
  const pass = newClearance("ab", ["c00002"], NOW);
  assert.ok(isCurrent(pass, "ab", 60, NOW + 3_600_000));
  assert.ok(!isCurrent(pass, "ab", 60, NOW + 3_601_000));
  assert.ok(!isCurrent(pass, "cd", 60, NOW));
  // A clock that was set back by a minute still knows it; one that was ahead by a day made a pass of the future.
  assert.ok(isCurrent(pass, "ab", 60, NOW - 60_000));
  assert.ok(!isCurrent(pass, "ab", 60, NOW - 86_400_000));
});

Deno.test("a pass holds one network of each family, and takes three changes", () => {
  let pass = newClearance("ab", [network("192.0.2.1")], NOW);
  pass = withNetwork(pass, network("2001:db8::1"));
  assert.ok(holdsNetwork(pass, network("192.0.2.9")) && holdsNetwork(pass, network("2001:db8::2")));
  pass = withNetwork(pass, network("198.51.100.1"));
  assert.ok(!holdsNetwork(pass, network("192.0.2.9")) && holdsNetwork(pass, network("2001:db8::2")));
  assert.ok(mayChange(pass));
  assert.equal(withNetwork(pass, network("198.51.100.2")), pass);
  assert.ok(!mayChange(withNetwork(pass, network("203.0.113.1"))));
});

Deno.test("a ticket says its difficulty under the signature, and is over after five minutes", () => {
  const ticket: Ticket = {
    nonce: "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    hostHash: "0123456789abcdef",
    network: "20010db80007",
    issued: NOW / 1_000,
    level: 4,
    life: "0a1b2c3d",
  };
  const text = ticketText(ticket, seal);
  assert.deepEqual(readTicket(text, seal), ticket);
  assert.equal(readTicket(text.replace(".4.", ".1."), seal), null);
  assert.ok(isTicketCurrent(ticket, NOW + 300_000) && !isTicketCurrent(ticket, NOW + 301_000));
  assert.ok(!isTicketCurrent(ticket, NOW - 3_600_000));
  assert.equal(secondsUntilRipe(ticket, NOW), 10);
  assert.equal(secondsUntilRipe(ticket, NOW + 10_000), 0);
});

Deno.test("difficulty follows attack, load and suspicion; a phone begins easily", () => {
  const calm = {
    underAttack: false,
    underLoad: false,
    reputation: 0,
    botScore: 0,
    isPhone: false,
    isFirstTry: true,
  };
  assert.equal(levelFor(calm), 2);
  assert.equal(levelFor({ ...calm, underAttack: true }), 3);
  assert.equal(levelFor({ ...calm, underAttack: true, underLoad: true }), 4);
  assert.equal(levelFor({ ...calm, underAttack: true, underLoad: true, reputation: -9 }), 5);
  assert.equal(levelFor({ ...calm, underAttack: true, isPhone: true }), 1);
  assert.equal(levelFor({ ...calm, isPhone: true, isFirstTry: false }), 2);
  assert.equal(levelFor({ ...calm, isPhone: true, botScore: 6 }), 3);
});
