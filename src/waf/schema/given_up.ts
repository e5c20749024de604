/** What is said of a value whose check would cost more than it may. */
export const GIVEN_UP = "is too deep or too large to be checked";
