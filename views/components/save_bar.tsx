/** Stays in sight below a long form; with script it names what was changed and appears only then. */
export function SaveBar(props: { readonly label?: string; readonly discard: string }) {
  return (
    <div class="card pad row stick" data-savebar>
      <span data-changes aria-live="polite" />
      <span class="row end">
        <a class="btn bare" href={props.discard}>Discard</a>
        <button type="submit" class="btn main">{props.label ?? "Save and apply"}</button>
      </span>
    </div>
  );
}
