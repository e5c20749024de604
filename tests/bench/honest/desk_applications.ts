import type { Application } from "./applications.ts";
import { COMMAND_LINES, FILTERS, MAILINGS, PIPELINES, QUESTIONS, REPORTS } from "./desk_texts.ts";
import { NAMES, TITLES } from "./texts.ts";
import { email, hex } from "./writing.ts";

/** Help desk, customers, courses and newsletters: people describe what does not work, with what they typed. */
export const desk: Application = (random) =>
  random.pick([
    () => ({ path: "/tickets", form: { subject: random.pick(TITLES), body: random.pick(REPORTS) } }),
    () => ({
      path: `/api/tickets/${random.below(9999)}/comments`,
      json: { author: random.pick(NAMES), text: `${random.pick(REPORTS)}\n\n${random.pick(COMMAND_LINES)}` },
    }),
    () => ({ path: "/courses/answer", form: { exercise: random.below(40), answer: random.pick(QUESTIONS) } }),
    () => ({ path: "/learn/questions", json: { title: random.pick(TITLES), body: random.pick(QUESTIONS) } }),
    () => ({ path: "/search", args: { q: random.pick(QUESTIONS), page: random.below(5) } }),
    () => ({
      path: "/campaigns/draft",
      form: { to: email(random), subject: random.pick(TITLES), html: random.pick(MAILINGS) },
    }),
    () => ({
      path: "/inbound/mail",
      multipart: [
        { name: "from", content: email(random) },
        { name: "stripped-text", content: `> ${random.pick(REPORTS)}\n\n${random.pick(QUESTIONS)}` },
      ],
    }),
  ])();

/** Monitoring, pipelines and logs: query languages, YAML and lines of programs. */
export const operations: Application = (random) =>
  random.pick([
    () => ({ path: "/api/v1/query_range", args: { query: random.pick(FILTERS), step: "15s" } }),
    () => ({ path: "/api/v1/query", form: { query: random.pick(FILTERS), time: random.below(1e9) } }),
    () => ({ path: "/odata/orders", args: { $filter: random.pick(FILTERS), $top: 20 } }),
    () => ({ path: "/api/pipelines", json: { name: "main", definition: random.pick(PIPELINES) } }),
    () => ({
      path: `/editor/files/${hex(random, 8)}`,
      form: { content: random.pick(PIPELINES), message: "fix" },
    }),
    () => ({
      path: "/ingest",
      json: { stream: "web", lines: [random.pick(REPORTS), random.pick(COMMAND_LINES)] },
    }),
    () => ({ path: "/runbooks/step", json: { run: random.pick(COMMAND_LINES), note: random.pick(REPORTS) } }),
  ])();
