import { Safe } from "../../components/bytes.tsx";
import { Note } from "../../components/note.tsx";

export interface TargetTest {
  readonly reachable: boolean;
  readonly status: number | null;
  readonly latency_ms: number | null;
  readonly text: string;
}

/** What came of asking a target. */
export function TestResult(props: { readonly result: TargetTest | null }) {
  const { result } = props;
  return (
    <div id="test-result" aria-live="polite">
      {result === null ? null : (
        <Note
          kind={result.reachable ? "ok" : "blocked"}
          title={result.reachable ? "The target answers" : "The target does not answer"}
        >
          <p>
            <Safe text={result.text} />
          </p>
        </Note>
      )}
    </div>
  );
}
