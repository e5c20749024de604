import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type Solver, solverOf } from "../../../tests/support/challenge_solver.ts";
import { bitsOf, type Level, PROOF_PARTS } from "./difficulty.ts";
import { isProof } from "./proof.ts";

function solve(solver: Solver, ticket: string, level: Level, parts = PROOF_PARTS): string[] {
  const one = solver(ticket, bitsOf(level), parts);
  let counters: string[];
  do ({ counters } = one.step(20_000)); while (counters.length < parts);
  return counters;
}

Deno.test("the page's SHA-256 is SHA-256, at every length around a block", async () => {
  const solver = await solverOf();
  for (const length of [0, 1, 3, 54, 55, 56, 57, 63, 64, 65, 118, 119, 120, 128, 200]) {
    const text = "ticket.".repeat(40).slice(0, length);
    const digest = createHash("sha256").update(text).digest();
    const words = Array.from({ length: 8 }, (_, i) => digest.readInt32BE(i * 4));
    assert.deepEqual([...solver(text, 1, 1).seed], words, `${length}`);
  }
});

Deno.test("what the page finds is a proof, and only for its ticket", async () => {
  const solver = await solverOf();
  const counters = solve(solver, "v1.one", 1);
  assert.ok(isProof("v1.one", 1, counters.join("-")));
  assert.ok(!isProof("v1.two", 1, counters.join("-")));
  assert.ok(!isProof("v1.one", 5, counters.join("-")));
});

Deno.test("parts that are missing, out of order, too many or no numbers are no proof", async () => {
  const solver = await solverOf();
  const counters = solve(solver, "v1.one", 1);
  const wrong = [
    "",
    "-",
    counters.slice(1).join("-"),
    [...counters].reverse().join("-"),
    [...counters, "0"].join("-"),
    new Array<string>(PROOF_PARTS).fill("0").join("-"),
    counters.map((each) => `${each}.`).join("-"),
    counters.map((each) => `-${each}`).join("-"),
    counters.map(() => "zzzzzzzzzzzz").join("-"),
    "x".repeat(10_000),
  ];
  for (const each of wrong) assert.ok(!isProof("v1.one", 1, each), each.slice(0, 40));
});
