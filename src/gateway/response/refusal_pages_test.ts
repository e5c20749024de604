import assert from "node:assert/strict";
import type { PreparedBody } from "../../core/prepared_answer.ts";
import { bodyText } from "../../../tests/support/body_text.ts";
import { fakeExchange } from "../../../tests/support/fake_exchange.ts";
import { RefusalPages } from "./refusal_pages.ts";

function text(page: PreparedBody, id: string): string {
  return bodyText(page, [id]);
}

Deno.test("a page has the id, the host and the reason of its request", () => {
  const pages = new RefusalPages();
  const exchange = fakeExchange({ authority: "shop.example.com" });
  const html = text(pages.get(exchange, "ban", 403, "your address is blocked"), exchange.id);
  assert.ok(html.includes(exchange.id) && html.includes("shop.example.com"), html);
  assert.ok(html.includes("your address is blocked") && html.includes("403"), html);
  assert.ok(!html.includes("REQUEST-ID"), html);
});

Deno.test("within a second a page is rendered once, for another host or reason anew", () => {
  const pages = new RefusalPages();
  const first = pages.get(fakeExchange({ authority: "a.test" }), "ban", 403, "blocked");
  assert.equal(pages.get(fakeExchange({ authority: "a.test" }), "ban", 403, "blocked"), first);
  assert.notEqual(pages.get(fakeExchange({ authority: "b.test" }), "ban", 403, "blocked"), first);
  assert.notEqual(pages.get(fakeExchange({ authority: "a.test" }), "waf", 403, "blocked"), first);
});

Deno.test("invented host names do not fill the memory, and are written as text", () => {
  const pages = new RefusalPages();
  const first = pages.get(fakeExchange({ authority: "a.test" }), "host_unknown", 421, "no such site");
  for (let i = 0; i < 100; i++) {
    pages.get(fakeExchange({ authority: `h${i}.test` }), "host_unknown", 421, "no such site");
  }
  assert.notEqual(
    pages.get(fakeExchange({ authority: "a.test" }), "host_unknown", 421, "no such site"),
    first,
  );
  const hostile = pages.get(fakeExchange({ authority: "<b>" }), "host_unknown", 421, "no such site");
  assert.ok(!text(hostile, "").includes("<b>"));
});
