import { KEYS } from "./keys.ts";

export function KeysHelp() {
  return (
    <div class="pop" id="keys" popover="auto" role="dialog" aria-labelledby="keys-h">
      <div class="pad stack">
        <h2 id="keys-h">Keys</h2>
        <KeyList />
        <p class="small muted">
          Single letters can be turned off under <a href="/account">your account</a>.
        </p>
      </div>
    </div>
  );
}

export function KeyList() {
  return (
    <dl class="kv">
      {KEYS.map((entry) => (
        <>
          <dt>
            {entry.keys.map((key, i) => (
              <>
                {i === 0 ? "" : " "}
                <kbd>{key}</kbd>
              </>
            ))}
          </dt>
          <dd>{entry.text}</dd>
        </>
      ))}
    </dl>
  );
}
