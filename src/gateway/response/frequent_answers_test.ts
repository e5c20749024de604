import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { fakeExchange, RecordedResponse } from "../../../tests/support/fake_exchange.ts";
import { HeaderList } from "../../core/header_list.ts";
import { prepareBody, PreparedAnswer } from "../../core/prepared_answer.ts";
import { FrequentAnswers } from "./frequent_answers.ts";

const OFTEN = 32;
const GZIP = "gzip, deflate, br";

class BytesResponse extends RecordedResponse {
  bytes = Buffer.alloc(0);

  override write(chunk: Uint8Array): boolean {
    this.bytes = Buffer.concat([this.bytes, chunk]);
    return true;
  }
}

function page(text = "words of a page, ".repeat(200)): PreparedAnswer {
  const headers = HeaderList.from([["content-type", "text/html"]]);
  return new PreparedAnswer(403, headers, prepareBody(`<p>ID</p>${text}<b>ID</b>`, ["ID"]));
}

/** Gives the answer `times`, and once more to a client that takes `encodings`: what that one gets. */
function giveAgain(
  answer: PreparedAnswer,
  times: number,
  encodings: string,
  id = "0123456789",
): BytesResponse {
  const answers = new FrequentAnswers();
  const give = (accept: string, id: string) => {
    const response = new BytesResponse();
    answers.send(fakeExchange({ response, headers: [["accept-encoding", accept]] }), answer, [id]);
    return response;
  };
  for (let i = 0; i < times; i++) give(GZIP, "another-id");
  return give(encodings, id);
}

Deno.test("an answer that is given often leaves compressed, and each client reads its own id in it", () => {
  for (const id of ["0123456789", "ABCDEFGHIJ"]) {
    const given = giveAgain(page(), OFTEN, GZIP, id);
    assert.equal(given.headers.get("content-encoding"), "gzip");
    assert.equal(given.headers.get("x-request-id"), id);
    assert.equal(given.status, 403);
    assert.equal(
      gunzipSync(given.bytes).toString(),
      `<p>${id}</p>${"words of a page, ".repeat(200)}<b>${id}</b>`,
    );
    assert.ok(given.bytes.length < 200);
  }
});

Deno.test("what is given seldom, is short, or is for a client that reads no gzip leaves as it is", () => {
  const cases: [PreparedAnswer, number, string][] = [
    [page(), OFTEN - 1, GZIP],
    [page("short"), OFTEN, GZIP],
    [page(), OFTEN, "br"],
    [page(), OFTEN, "gzip;q=0"],
    [page(), OFTEN, ""],
  ];
  for (const [answer, times, encodings] of cases) {
    const given = giveAgain(answer, times, encodings);
    assert.equal(given.headers.get("content-encoding"), undefined);
    assert.match(given.bytes.toString(), /^<p>0123456789<\/p>/);
  }
});

Deno.test("an id of another length is no reason to compress the answer anew: it gets it as it is", () => {
  const answer = page();
  giveAgain(answer, OFTEN + 1, GZIP);
  const zipped = answer.zipped;
  const given = giveAgain(answer, 0, GZIP, "longer-than-the-others");
  assert.equal(given.headers.get("content-encoding"), undefined);
  assert.equal(answer.zipped, zipped);
});
