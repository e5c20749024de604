const STEPS = ["Account", "Protection", "Mail", "First host", "Ready"] as const;

/** Where one is in the setup; `current` counts from 1. */
export function Steps(props: { readonly current: number }) {
  return (
    <ol class="steps" aria-label="Steps">
      {STEPS.map((name, i) => {
        const number = i + 1;
        const done = number < props.current;
        return (
          <li class={done ? "done" : undefined} aria-current={number === props.current ? "step" : undefined}>
            {number} {name}
            {done ? <span class="sr">done</span> : null}
          </li>
        );
      })}
    </ol>
  );
}
