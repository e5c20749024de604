import assert from "node:assert/strict";
import { fetchOverNetwork } from "./cdn_fetch.ts";

Deno.test("[SECURITY] a published list is taken from where it is published, not from where that redirects to", async () => {
  const http = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    ({ url }) =>
      url.endsWith("/moved") ? Response.redirect(new URL("/list", url)) : new Response("192.0.2.0/24\n"),
  );
  const at = (path: string) => fetchOverNetwork(`http://127.0.0.1:${http.addr.port}/${path}`);
  try {
    assert.equal(await at("list"), "192.0.2.0/24\n");
    await assert.rejects(at("moved"), /answered 302/);
    await assert.rejects(fetchOverNetwork("http://nobody.invalid/list"), /dns error|lookup/);
  } finally {
    await http.shutdown();
  }
});
