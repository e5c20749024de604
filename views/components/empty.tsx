import type { Child } from "hono/jsx";

/** An empty page teaches: the purpose, ready examples, and the line for the terminal. */
export function Empty(
  props: {
    readonly title: string;
    readonly text: Child;
    readonly examples?: readonly {
      readonly what: Child;
      readonly note: string;
      readonly href: string;
      readonly go: string;
    }[];
    readonly cli?: string;
  },
) {
  return (
    <div class="empty">
      <div class="stack">
        <h2>{props.title}</h2>
        <p>{props.text}</p>
      </div>
      {props.examples === undefined ? null : (
        <div class="card">
          <ul class="list">
            {props.examples.map((example) => (
              <li>
                <div>
                  {example.what}
                  <p>{example.note}</p>
                </div>
                <a class="btn end" href={example.href}>{example.go}</a>
              </li>
            ))}
          </ul>
        </div>
      )}
      {props.cli === undefined ? null : (
        <p class="small muted">
          From the command line: <code>{props.cli}</code>
        </p>
      )}
    </div>
  );
}
