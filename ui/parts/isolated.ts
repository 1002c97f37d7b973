/** Letters that are read from the right: https://www.unicode.org/reports/tr9/#Bidirectional_Character_Types */
const FROM_THE_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A name within a text of ours, or in a picture: it turns nothing but itself. Elements of the page are isolated by the style sheet. */
export const isolated = (name: string): string => (FROM_THE_RIGHT.test(name) ? `\u2068${name}\u2069` : name);
