import assert from "node:assert/strict";
import { DEFAULT_SERVER_SETTINGS } from "../../core/snapshot.ts";
import { RawClient } from "../../../tests/support/raw_client.ts";
import { answerText, TestHandler, withListener } from "../../../tests/support/raw_listener.ts";

Deno.test("settings that come one after the other, as with many snapshots, put no time-out off", async () => {
  const handler = new TestHandler(answerText("never"));
  const settings = { head_timeout_ms: 80 };
  await withListener(handler, { settings }, async (listener) => {
    const publishing = setInterval(
      () => listener.updateSettings({ ...DEFAULT_SERVER_SETTINGS, ...settings }),
      2,
    );
    try {
      const client = await RawClient.clear(listener.port);
      await client.write("GET / HTTP/1.1\r\nHost: a");
      assert.equal((await client.readToEnd()).length, 0);
      client.close();
    } finally {
      clearInterval(publishing);
    }
  });
  assert.deepEqual(handler.refusals.map((each) => each.reason), ["timeout_client"]);
});
