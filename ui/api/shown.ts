/**
 * JSON of the server with what nobody would see, or what turns the text around it, as its number. The server escapes just these characters
 * (C0, C1, bidirectional controls, of no width, halves of a pair), so that each `\\u` in it is one; names are text that somebody else chose.
 */
export const withNumbers = (json: string): string =>
  json.replaceAll(/\\(?:(u[0-9a-f]{4})|.)/gi, (whole, number: string | undefined) =>
    number === undefined ? whole : `\\\\${number}`,
  );
