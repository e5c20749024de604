/** The search field of a list (`/` jumps to it). What it finds replaces the page and stands in the address. */
export function SearchForm(
  props: {
    /** The list's path. */
    readonly at: string;
    /** Name of the field in the address; `q` where absent. */
    readonly name?: string;
    readonly value: string;
    /** What the field is for, for who does not see it. */
    readonly label: string;
    readonly placeholder: string;
    /** What else the address says of the list and a search must not lose; empty values leave. */
    readonly keep?: Readonly<Record<string, string>>;
  },
) {
  const { at, name = "q", keep = {} } = props;
  return (
    <form
      class="q"
      action={at}
      method="get"
      role="search"
      hx-get={at}
      hx-target="#main"
      hx-push-url="true"
    >
      <input
        type="search"
        name={name}
        value={props.value}
        id="filter"
        aria-label={props.label}
        placeholder={props.placeholder}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
      />
      {Object.entries(keep).map(([field, value]) =>
        value === "" ? null : <input type="hidden" name={field} value={value} />
      )}
    </form>
  );
}
