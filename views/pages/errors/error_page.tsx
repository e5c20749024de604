import { Note } from "../../components/note.tsx";
import { PageHead } from "../../components/page_head.tsx";
import type { FieldError } from "../../model.ts";

/** What went wrong, what stays in force, and the way on. Never a bare "internal error". */
export function ErrorPage(
  props: {
    readonly title: string;
    readonly message: string;
    readonly fields: readonly FieldError[];
    /** To find it in the log of the process. */
    readonly requestId: string;
    readonly retry: string | null;
  },
) {
  return (
    <>
      <PageHead title={props.title} />
      <div class="stack narrow">
        <Note kind="blocked" title={props.message} alert>
          {props.fields.map((field) => (
            <p>
              {field.field === "" ? "" : `${field.field}: `}
              {field.message}
              {field.remedy === undefined ? "" : ` (${field.remedy})`}
            </p>
          ))}
          <p class="muted">What was in force stays in force. Request {props.requestId}.</p>
        </Note>
        <div class="row">
          {props.retry === null ? null : <a class="btn" href={props.retry}>Try again</a>}
          <a class="btn" href="/">To the dashboard</a>
        </div>
      </div>
    </>
  );
}
