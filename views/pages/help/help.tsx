import { PageHead } from "../../components/page_head.tsx";
import { Verdict } from "../../components/verdict.tsx";
import { KeyList } from "../../layout/keys_help.tsx";
import type { ViewContext } from "../../model.ts";

const WORDS: readonly (readonly [string, string])[] = [
  ["Host", "A name that visitors ask for, and what is done with their requests."],
  ["Target", "One place where the application runs. A host has one or several."],
  ["Rule", "Something that is looked for in a request, with the reason why."],
  ["Finding", "What a rule saw, where, and how the value was read."],
  ["Points", "A finding adds 2 to 5 points by its severity. At the threshold a request is refused."],
  ["Paranoia", "How many rules are on: 1 for few false alarms, 4 for everything."],
  ["Detect, enforce", "Detect writes findings down and lets pass. Enforce refuses."],
  ["Exception", "A rule, a host, a path and a field that are let pass."],
  ["Ban", "A client that is refused before anything else looks at its request."],
];

const COMMANDS: readonly (readonly [string, string])[] = [
  ["aegis status", "Is it running, what is in force"],
  ["aegis setup", "The one-time setup link again"],
  ["aegis host add shop.example.com http://127.0.0.1:8080", "Serve a host"],
  ["aegis rule test rules.yaml", "Run the tests inside rules"],
  ["aegis log tail", "Requests as they come"],
  ["aegis user passwd NAME", "A new password, from the machine itself"],
];

export function HelpPage(props: { readonly ctx: ViewContext }) {
  return (
    <>
      <PageHead title="Help">
        Aegis {props.ctx.version}. The API is described at{" "}
        <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.
      </PageHead>
      <div class="two">
        <div class="stack">
          <section class="card">
            <header>
              <h2>Keys</h2>
            </header>
            <div class="pad">
              <KeyList />
            </div>
          </section>
          <section class="card">
            <header>
              <h2>Verdicts</h2>
            </header>
            <div class="pad">
              <dl class="kv">
                <dt>
                  <Verdict action="allowed" />
                </dt>
                <dd>Passed on to the target.</dd>
                <dt>
                  <Verdict action="detected" />
                </dt>
                <dd>Passed on, but it would be refused with enforce.</dd>
                <dt>
                  <Verdict action="blocked" />
                </dt>
                <dd>Refused.</dd>
                <dt>
                  <Verdict action="challenged" />
                </dt>
                <dd>The visitor had to prove something first.</dd>
              </dl>
            </div>
          </section>
        </div>
        <div class="stack">
          <section class="card">
            <header>
              <h2>Words</h2>
            </header>
            <div class="pad">
              <dl class="kv">
                {WORDS.map(([word, text]) => (
                  <>
                    <dt>{word}</dt>
                    <dd>{text}</dd>
                  </>
                ))}
              </dl>
            </div>
          </section>
          <section class="card">
            <header>
              <h2>From the command line</h2>
            </header>
            <ul class="list">
              {COMMANDS.map(([command, text]) => (
                <li>
                  <div>
                    <code>{command}</code>
                    <p>{text}</p>
                  </div>
                </li>
              ))}
            </ul>
          </section>
        </div>
      </div>
    </>
  );
}
