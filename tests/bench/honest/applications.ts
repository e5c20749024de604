import type { ExampleRequest } from "../../../src/waf/rule_files/rule_schema.ts";
import type { Random } from "../../fuzz/random.ts";
import { desk, operations } from "./desk_applications.ts";
import { calendar, fileStore, telemetry } from "./machine_applications.ts";
import { NAMES, SEARCHES, SENTENCES, TITLES } from "./texts.ts";
import { base64, email, hex, markdown, paragraph, password, richText, uuid, wikiText } from "./writing.ts";
import { snippet } from "./writing.ts";

/** One request of an application's honest use. */
export type Application = (random: Random) => ExampleRequest;

function oneOf(random: Random, requests: readonly (() => ExampleRequest)[]): ExampleRequest {
  return random.pick(requests)();
}

const shop: Application = (random) =>
  oneOf(random, [
    () => ({
      path: "/catalogue/search",
      args: {
        q: random.pick(SEARCHES),
        page: random.below(9),
        sort: "price_asc",
        "filter[size][]": ["38", "39½"],
      },
      cookies: { sid: hex(random, 32), cart: `%7B%22items%22%3A${random.below(5)}%7D` },
      headers: { Referer: `https://app.example/catalogue?q=${encodeURIComponent(random.pick(SEARCHES))}` },
    }),
    () => ({
      path: "/checkout/address",
      form: {
        name: random.pick(NAMES),
        street: `${random.below(200)} St John's Rd., Apt #${random.below(40)}`,
        city: random.pick(["København", "São Paulo", "L'Aquila", "‘s-Hertogenbosch", "München"]),
        note: random.pick(SENTENCES),
        _csrf: base64(random, 43),
      },
    }),
    () => ({
      path: "/cart",
      json: { sku: `SKU-${random.below(9999)}`, quantity: 1 + random.below(4), gift: random.pick(SENTENCES) },
    }),
    () => ({
      path: `/p/${random.below(9999)}-rock-n-roll-t-shirt-(black)`,
      args: { utm_source: "news&letter", gclid: base64(random, 60) },
    }),
    () => ({ path: "/reviews", form: { stars: "5", title: random.pick(TITLES), text: paragraph(random) } }),
  ]);

const contentManagement: Application = (random) =>
  oneOf(random, [
    () => ({
      method: "PUT",
      path: `/wp-json/v2/posts/${random.below(999)}`,
      json: { title: random.pick(TITLES), content: richText(random), status: "draft" },
    }),
    () => ({
      path: "/admin/pages/edit",
      form: {
        csrf: base64(random, 64),
        title: random.pick(TITLES),
        slug: "page-3",
        body: richText(random),
        seo: random.pick(SENTENCES),
      },
    }),
    () => ({
      path: "/admin/upload",
      multipart: [
        { name: "title", content: random.pick(TITLES) },
        {
          name: "file",
          filename: `photo (${random.below(9)}) – O'Brien.jpg`,
          content_type: "image/jpeg",
          content: "\u00ff\u00d8" + base64(random, 400),
        },
      ],
    }),
    () => ({
      path: "/admin/autosave",
      json: {
        id: random.below(999),
        html: `<p>${
          random.pick(TITLES).replaceAll("<", "&lt;")
        }</p><img alt="" width="24" src="data:image/svg+xml;base64,${
          btoa(`<svg xmlns="http://www.w3.org/2000/svg"><circle r="${random.below(20)}"/></svg>`)
        }">`,
      },
    }),
    () => ({
      path: "/admin/theme-editor",
      form: { file: "footer.php", theme: "twenty", newcontent: snippet(random) },
    }),
    () => ({
      path: "/admin/preview",
      json: { blocks: [{ type: "html", html: richText(random) }, { type: "code", text: snippet(random) }] },
    }),
    () => ({
      path: "/comments",
      form: {
        author: random.pick(NAMES),
        email: email(random),
        url: "",
        comment: `${paragraph(random)}\r\n${markdown(random)}`,
      },
    }),
  ]);

const wiki: Application = (random) =>
  oneOf(random, [
    () => ({
      path: "/index.php",
      args: { title: random.pick(TITLES), action: "submit" },
      multipart: [
        { name: "wpTextbox1", content: wikiText(random) },
        { name: "wpSummary", content: `/* History */ it's "fixed" & tidied -- ${random.below(9)}%` },
        { name: "wpEditToken", content: `${hex(random, 40)}+\\` },
      ],
    }),
    () => ({
      path: `/wiki/${encodeURIComponent(random.pick(TITLES))}`,
      args: { diff: random.below(999), oldid: "prev" },
    }),
    () => ({
      path: "/api.php",
      form: { action: "parse", format: "json", text: wikiText(random), contentmodel: "wikitext" },
    }),
    () => ({
      path: "/doku.php",
      form: {
        id: "start:page",
        wikitext: `====== ${random.pick(TITLES)} ======\n${paragraph(random)}\n<code>\n${
          snippet(random)
        }\n</code>\n`,
        date: "1795364134",
      },
    }),
  ]);

const webmail: Application = (random) =>
  oneOf(random, [
    () => ({
      path: "/",
      args: { _task: "mail", _action: "send" },
      form: {
        _token: base64(random, 32),
        _to: `"${random.pick(NAMES).replaceAll('"', "")}" <${email(random)}>, ${email(random)}`,
        _subject: random.pick(TITLES),
        _message: `${paragraph(random)}\r\n\r\n-- \r\n${random.pick(NAMES)}\r\n> ${
          random.pick(SENTENCES)
        }\r\n> From: ${email(random)}\r\n`,
        _draft: "1",
      },
    }),
    () => ({
      path: "/",
      args: { _task: "mail" },
      form: { _message: richText(random), _is_html: "1", _subject: random.pick(TITLES) },
    }),
    () => ({
      path: "/",
      args: { _task: "mail", _search: "1", _q: random.pick(SEARCHES), _headers: "subject,from" },
    }),
    () => ({
      path: "/filters",
      form: {
        name: random.pick(TITLES),
        script: `require ["fileinto"];\nif header :contains "subject" "${
          random.pick(TITLES).replaceAll('"', "")
        }" { fileinto "INBOX/x"; }\n`,
      },
    }),
  ]);

const forum: Application = (random) =>
  oneOf(random, [
    () => ({
      path: "/posts",
      json: {
        raw: markdown(random),
        topic_id: random.below(9999),
        typing_duration_msecs: random.below(60_000),
      },
    }),
    () => ({
      path: "/questions/ask/submit",
      form: {
        title: random.pick(TITLES),
        post_text: `${markdown(random)}\n\n    ${snippet(random).replaceAll("\n", "\n    ")}\n`,
        tags: "sql php <html>",
      },
    }),
    () => ({ path: "/search", args: { q: `${random.pick(SEARCHES)} user:anna order:latest` } }),
    () => ({
      path: "/posts",
      json: {
        raw: `${random.pick(SENTENCES)}\n\nThis is what I ran this morning:\n\n\`\`\`sh\n${
          random.pick([
            "cat app.log | grep -v debug | head -20",
            "du -sh * | sort -h",
            "ping -c 4 db.example.com",
          ])
        }\n\`\`\`\n\nShould it be \`${random.pick(["ls | wc -l", "echo $HOME", "id -u"])}\` instead?`,
      },
    }),
    () => ({
      path: "/bb/reply",
      form: {
        message: `[quote="${random.pick(NAMES)}"]${random.pick(SENTENCES)}[/quote]\n[code]${
          snippet(random)
        }[/code]\n:-) ;-)`,
      },
    }),
    () => ({
      path: "/u/preferences",
      form: {
        bio: random.pick(SENTENCES),
        location: "Nîmes / l'Hérault",
        website: "https://example.com/~anna/?x=1&y=2",
      },
    }),
  ]);

const tracker: Application = (random) =>
  oneOf(random, [
    () => ({
      path: "/graphql",
      json: {
        operationName: "UpdateIssue",
        variables: { id: uuid(random), body: markdown(random), labels: ["bug", "won't fix"] },
        query:
          "mutation UpdateIssue($id: ID!, $body: String!) { updateIssue(input: {id: $id, body: $body}) { issue { id updatedAt } } }",
      },
    }),
    () => ({
      path: "/graphql",
      args: {
        query:
          "{ viewer { issues(first: 20, orderBy: {field: CREATED_AT, direction: DESC}) { nodes { title } } } }",
      },
    }),
    () => ({
      method: "PATCH",
      path: `/api/v4/projects/${random.below(99)}/issues/${random.below(999)}`,
      json: { description: markdown(random), state_event: "close" },
    }),
    () => ({
      path: "/api/search",
      args: {
        jql: `project = SHOP AND status in ("In Progress", Open) AND text ~ "${
          random.pick(TITLES).replaceAll('"', "")
        }" ORDER BY created DESC`.slice(0, 160),
      },
    }),
    () => ({
      method: "PUT",
      path: "/api/contents/notebook.ipynb",
      json: {
        type: "notebook",
        content: {
          cells: [
            { cell_type: "code", source: snippet(random), outputs: [] },
            { cell_type: "markdown", source: markdown(random) },
            { cell_type: "code", source: "print('<b>it works</b>')", outputs: [{ text: "<b>it works</b>" }] },
          ],
          nbformat: 4,
        },
      },
    }),
  ]);

const account: Application = (random) =>
  oneOf(random, [
    () => ({
      path: "/login",
      form: { username: email(random), password: password(random), next: "/account?tab=2&x=1" },
    }),
    () => ({
      path: "/oauth/authorize",
      args: {
        response_type: "code",
        client_id: uuid(random),
        redirect_uri: "https://client.example.org/cb?x=1",
        scope: "openid profile email",
        state: base64(random, 32),
        nonce: hex(random, 32),
      },
    }),
    () => ({
      path: "/oauth/token",
      form: { grant_type: "authorization_code", code: base64(random, 64), client_secret: password(random) },
    }),
    () => ({
      path: "/account",
      form: {
        first_name: random.pick(NAMES),
        iban: "DE89 3704 0044 0532 0130 00",
        phone: "+49 (0)170 / 123-4567",
        new_password: password(random),
      },
    }),
    () => ({
      method: "PUT",
      path: "/admin/directory",
      json: {
        url: `ldaps://ldap${random.below(9)}.example.org:636`,
        base: "ou=people,dc=example,dc=org",
        user_filter: "(&(objectClass=person)(|(uid=%s)(mail=%s)))",
        group_filter: "(member={0})",
      },
    }),
    () => ({
      path: "/transfer",
      json: {
        to: random.pick(NAMES),
        amount: "1.250,00",
        purpose: `Rechnung Nr. ${random.below(9999)}/2026; ${random.pick(TITLES)}`,
      },
    }),
    () => ({
      path: "/",
      cookies: {
        session: `${base64(random, 40).replaceAll("/", "_")}.${base64(random, 27)}`,
        theme: "dark",
        prefs: "lang=en|tz=Europe/Berlin|cols=a,b,c",
      },
      headers: { Authorization: `Bearer ${base64(random, 80)}` },
    }),
  ]);

/** Twelve kinds of application, by name. */
export const APPLICATIONS: Readonly<Record<string, Application>> = {
  "shop": shop,
  "content management": contentManagement,
  "wiki": wiki,
  "webmail": webmail,
  "forum": forum,
  "issue tracker": tracker,
  "accounts and bank": account,
  "calendar and contacts": calendar,
  "files and objects": fileStore,
  "telemetry, maps and media": telemetry,
  "help desk and courses": desk,
  "operations": operations,
};
