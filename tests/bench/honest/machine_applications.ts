import type { ExampleRequest } from "../../../src/waf/rule_files/rule_schema.ts";
import type { Random } from "../../fuzz/random.ts";
import { NAMES, SEARCHES, SENTENCES, TITLES } from "./texts.ts";
import { base64, hex, markdown, paragraph, snippet, uuid } from "./writing.ts";

function oneOf(random: Random, requests: readonly (() => ExampleRequest)[]): ExampleRequest {
  return random.pick(requests)();
}

/** CalDAV, CardDAV and their searches. */
export function calendar(random: Random): ExampleRequest {
  const folded = (text: string) => text.replaceAll("\n", "\\n").replaceAll(",", "\\,").replaceAll(";", "\\;");
  return oneOf(random, [
    () => ({
      method: "PUT",
      path: `/anna/cal/${uuid(random)}.ics`,
      content_type: "text/calendar; charset=utf-8",
      body: `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:${
        uuid(random)
      }\r\nDTSTART:20260114T090000Z\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE\r\nSUMMARY:${
        folded(random.pick(TITLES))
      }\r\nLOCATION:https://meet.example.com/${hex(random, 8)}\r\nDESCRIPTION:${
        folded(random.below(3) === 0 ? snippet(random) : paragraph(random))
      }\r\nATTENDEE;CN="${
        random.pick(NAMES).replaceAll('"', "")
      }":mailto:a@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
    }),
    () => ({
      method: "PUT",
      path: `/anna/contacts/${uuid(random)}.vcf`,
      content_type: "text/vcard",
      body: `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:${
        random.pick(NAMES)
      }\r\nTEL;TYPE=cell:+49 (0)170 1234\r\nADR;TYPE=home:;;Main St. #9\\, Apt. 1/2;Köln;;50667;DE\r\nNOTE:${
        folded(paragraph(random))
      }\r\nEND:VCARD\r\n`,
    }),
    () => ({
      method: "PROPFIND",
      path: "/anna/",
      content_type: "application/xml; charset=utf-8",
      headers: { Depth: "1" },
      body:
        '<?xml version="1.0" encoding="utf-8"?><d:propfind xmlns:d="DAV:" xmlns:cs="http://calendarserver.org/ns/"><d:prop><d:resourcetype/><cs:getctag/></d:prop></d:propfind>',
    }),
    () => ({
      method: "REPORT",
      path: "/anna/cal/",
      content_type: "text/xml",
      body:
        `<?xml version="1.0"?><C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:prop-filter name="SUMMARY"><C:text-match>${
          random.pick(NAMES).replace(/[<&]/g, "")
        }</C:text-match></C:prop-filter></C:comp-filter></C:filter></C:calendar-query>`,
    }),
  ]);
}

/** S3, WebDAV, git, package registries. */
export function fileStore(random: Random): ExampleRequest {
  const text = random.below(2) === 0 ? snippet(random) : markdown(random);
  return oneOf(random, [
    () => ({
      method: "PUT",
      path: `/bucket/docs/notes%20(${random.below(9)})%20%26%20more.txt`,
      content_type: "text/plain",
      body: text,
      headers: { "x-amz-acl": "private", "x-amz-meta-title": "notes & more" },
    }),
    () => ({
      method: "PUT",
      path: `/bucket/${uuid(random)}`,
      content_type: "application/octet-stream",
      body_base64: base64(random, 4 * (50 + random.below(400))),
    }),
    () => ({
      method: "PUT",
      path: "/bucket/photos/2026-07.tar",
      query: `partNumber=${1 + random.below(9)}&uploadId=${hex(random, 32)}`,
      body_base64: base64(random, 4 * (400 + random.below(4_000))),
    }),
    () => ({
      method: "PUT",
      path: "/dav/Rezepte/torte.xml",
      content_type: "text/xml",
      body: `<?xml version="1.0"?>\n<!DOCTYPE recipe SYSTEM "recipe.dtd">\n<recipe>${
        random.below(99)
      } g</recipe>\n`,
    }),
    () => ({
      path: "/api/collections",
      json: { name: "notes", listRule: "owner != '' && published > '2026-01-01' || @request.auth.id != ''" },
    }),
    () => ({
      path: "/bucket",
      args: {
        "list-type": "2",
        prefix: "photos/2026/",
        delimiter: "/",
        "continuation-token": base64(random, 60),
      },
    }),
    () => ({
      path: "/team/shop.git/git-upload-pack",
      content_type: "application/x-git-upload-pack-request",
      body: `0032want ${hex(random, 40)}\n00000009done\n`,
    }),
    () => ({
      method: "MOVE",
      path: "/dav/old%20name.txt",
      headers: {
        Destination: `https://app.example/dav/${encodeURIComponent(random.pick(TITLES))}.txt`,
        Overwrite: "F",
      },
    }),
    () => ({
      method: "PUT",
      path: "/-/npm/shop-widgets",
      json: {
        name: "shop-widgets",
        scripts: { build: "tsc -p .", test: "node --test" },
        readme: markdown(random),
      },
    }),
    () => ({
      path: "/upload",
      multipart: [{
        name: "files[]",
        filename: "query report.sql",
        content_type: "application/sql",
        content: snippet(random),
      }, { name: "comment", content: random.pick(SENTENCES) }],
    }),
  ]);
}

/** What pages and apps send by themselves. */
export function telemetry(random: Random): ExampleRequest {
  return oneOf(random, [
    () => ({
      path: "/collect",
      args: {
        v: "2",
        tid: `G-${hex(random, 8)}`,
        dl: `https://shop.example/?q=${encodeURIComponent(random.pick(SEARCHES))}`,
        dt: random.pick(TITLES),
        sr: "1920x1080",
        _p: random.below(1e9),
      },
    }),
    () => ({
      path: "/rum",
      json: [{
        type: "error",
        message: "TypeError: Cannot read properties of undefined (reading 'map')",
        stack: "at render (https://shop.example/app.js:1:2345)\n    at Array.map (<anonymous>)",
        ua: "Mozilla/5.0",
      }, {
        type: "click",
        selector: "div#main > ul.list li:nth-child(2) > a[href^='/p/']",
        text: random.pick(SENTENCES),
      }],
    }),
    () => ({
      path: "/csp",
      content_type: "application/csp-report",
      body: JSON.stringify({
        "csp-report": {
          "document-uri": "https://shop.example/",
          "blocked-uri": "inline",
          "violated-directive": "script-src 'self'",
          "script-sample": "window.dataLayer=window.dataLayer||[];",
        },
      }),
    }),
    () => ({
      path: "/errors",
      json: {
        message: `ReferenceError: ${random.pick(["gtag", "fbq", "jQuery"])} is not defined`,
        stack: `at eval (eval at run (https://shop.example/a.js:1:${random.below(999)}), <anonymous>:1:1)\n` +
          "at HTMLButtonElement.onclick (https://shop.example/cart:12:5)",
        element: `<button class="btn" data-id="${random.below(99)}">`,
      },
    }),
    () => ({
      path: `/tiles/${random.below(18)}/${random.below(9999)}/${random.below(9999)}.pbf`,
      args: { key: base64(random, 20), bbox: "11.5,48.1,11.7,48.2" },
    }),
    () => ({
      path: "/api/chat",
      json: {
        model: "x",
        messages: [{ role: "system", content: 'You answer in JSON: {"answer": "..."}' }, {
          role: "user",
          content: `${random.pick(SENTENCES)}\n\n${snippet(random)}`,
        }],
        temperature: 0.2,
      },
    }),
    () => ({
      path: "/otlp/v1/logs",
      json: {
        resourceLogs: [{
          scopeLogs: [{
            logRecords: [{
              severityText: "WARN",
              body: { stringValue: `GET /cart?id=${random.below(99)} -> 500; retrying in 3 s (attempt 2/5)` },
            }, {
              body: { stringValue: `SELECT name FROM customers WHERE id = ${random.below(99)} took 812 ms` },
            }],
          }],
        }],
      },
    }),
    () => ({
      path: "/video/seg",
      headers: { Range: "bytes=0-65535", Referer: `https://app.example/watch?v=${base64(random, 11)}&t=42s` },
      args: { sig: hex(random, 40), url: "https%3A%2F%2Fcdn.example.net%2Fa.mp4" },
    }),
    () => ({
      path: "/hooks/push",
      headers: { "X-Hub-Signature-256": `sha256=${hex(random, 64)}` },
      json: {
        ref: "refs/heads/main",
        commits: [{
          id: hex(random, 40),
          message: `${random.pick(TITLES)}\n\n${random.pick(SENTENCES)}`,
          author: { name: random.pick(NAMES) },
        }],
      },
    }),
    () => ({
      path: "/search/suggest",
      args: { q: random.pick(SEARCHES).slice(0, 1 + random.below(20)), hl: "de" },
    }),
  ]);
}
