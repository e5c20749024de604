import { deepEqual, equal } from "node:assert/strict";
import { createStreamCells, NO_COUNTERS, StreamCells } from "./shared_streams.ts";

function cells(gateways: number): StreamCells[] {
  const buffer = createStreamCells(gateways, 4);
  return Array.from({ length: gateways }, (_, index) => new StreamCells(buffer, gateways, index));
}

Deno.test("each gateway counts for itself, and all read the sum", () => {
  const [one, two] = cells(2) as [StreamCells, StreamCells];
  one.enter(1, 0);
  two.enter(1, 0);
  one.add(1, "uploadBytes", 5);
  two.add(1, "uploadBytes", 7);
  two.add(1, "refused", 1);
  deepEqual(one.read(1), { ...NO_COUNTERS, active: 2, uploadBytes: 12, refused: 1 });
  deepEqual(two.read(0), NO_COUNTERS);
});

Deno.test("a cap holds over all gateways, and who was kept out is not counted", () => {
  const [one, two] = cells(2) as [StreamCells, StreamCells];
  deepEqual([one.enter(0, 2), two.enter(0, 2), one.enter(0, 2), two.enter(0, 2)], [true, true, false, false]);
  equal(one.read(0).active, 2);
  two.leave(0);
  equal(one.enter(0, 2), true);
});

Deno.test("a dead gateway's connections are given back, its sums stay; a new stream begins at zero", () => {
  const [one, two] = cells(2) as [StreamCells, StreamCells];
  one.enter(3, 0);
  two.enter(3, 0);
  two.add(3, "total", 1);
  one.clear(1);
  deepEqual(one.read(3), { ...NO_COUNTERS, active: 1, total: 1 });
  one.reset(3);
  deepEqual(one.read(3), { ...NO_COUNTERS, active: 1 });
});

Deno.test("a stream without a cell is served and not counted", () => {
  const [one] = cells(1) as [StreamCells];
  equal(one.enter(-1, 1), true);
  one.add(9, "total", 1);
  one.leave(-1);
});
