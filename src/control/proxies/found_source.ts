/** What stands as the source of a rule of another program: an address, a network, or a range with `-`. */
export interface FoundSource {
  readonly text: string;
  readonly line: number;
}
