import type { Place } from '../../core/kql/query.ts';

/** KQL that is not translated: what it is, and where it stands. */
export class NotInSql extends Error {
  readonly what: string;
  readonly at: Place;

  constructor(what: string, at: Place) {
    super(`${what} is not supported`);
    this.name = 'NotInSql';
    this.what = what;
    this.at = at;
  }
}
