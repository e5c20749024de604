import assert from "node:assert/strict";
import { withoutQuotedCode } from "./quoted_code.ts";

const outside = (text: string) => withoutQuotedCode("arg", text)?.replace(/\s+/g, " ").trim() ?? null;

Deno.test("code that Markdown fences, sentences announce or backquotes set apart is left out", () => {
  const fence = "Here is what I ran last night:\n\n```sh\ncat a.log | sort\n```\n\nIt never ends.";
  assert.equal(outside(fence), "Here is what I ran last night: It never ends.");
  const announced = "Hi all, I tried this:\n\ncat a.log | sort\n\nand it never ends.";
  assert.equal(outside(announced), "Hi all, I tried this: and it never ends.");
  const inline = "Should one write `cat a | sort` or just `sort a`?";
  assert.equal(outside(inline), "Should one write or just ?");
});

Deno.test("a whole body is read with its encoding undone", () => {
  const json = JSON.stringify({ text: "Look at what I found here:\n\n```\nls | wc\n```\nIs that right?" });
  assert.ok(!withoutQuotedCode("body", json)!.includes("wc"));
  assert.ok(!withoutQuotedCode("query", "q=Why+does+this+`ls+|+wc`+never+end?")!.includes("wc"));
});

Deno.test("backquotes with hardly a word around them quote nothing", () => {
  for (
    const text of [
      "`id`",
      "8.8.8.8 `id`",
      "```\nid\n```",
      "x:\n\nid\n\n",
      "no code at all in this text: none",
    ]
  ) {
    assert.equal(outside(text), null, text);
  }
});

Deno.test("what stands outside the quotation stays", () => {
  const text = "Please look at `ls` for me, thank you; cat /etc/passwd";
  assert.ok(outside(text)!.endsWith("thank you; cat /etc/passwd"));
  assert.equal(outside("say hello to my `id`friend and more words"), null);
});

Deno.test("names of files and fields hold no text", () => {
  assert.equal(withoutQuotedCode("multipart-filename", "what I ran last night `id`.png"), null);
});
