/** True where the (transformed) value satisfies the operator. */
export type Comparison = (value: string) => boolean;
