import assert from "node:assert/strict";
import { MainClient } from "./main_client.ts";

Deno.test("the client of most requests is named by one window and counted by the next", () => {
  const main = new MainClient();
  const window = () => {
    for (let i = 0; i < 100; i++) main.note(i % 10 === 0 ? `192.0.2.${i}` : "172.17.0.1");
    return main.turn();
  };
  assert.equal(window(), null);
  assert.deepEqual(window(), { client: "172.17.0.1", requests: 90, total: 100 });
  assert.equal(main.turn(), null);
});

Deno.test("where no client has the majority, the one that is counted has a small share", () => {
  const main = new MainClient();
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 100; i++) main.note(`192.0.2.${i % 20}`);
    if (round === 0) main.turn();
  }
  assert.equal(main.turn()?.requests, 5);
});
