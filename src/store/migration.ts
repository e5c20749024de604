/** One step forward. Released steps never change: a new shape is a new file. */
export interface Migration {
  /** Of the file. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}
