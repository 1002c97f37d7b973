import type { Place } from '../../core/kql/query.ts';

/** KQL that is not translated: what it is, and where it stands. */
export class NotInSql extends Error {
  readonly what: string;
  readonly at: Place;

  constructor(what: string, at: Place) {
    super(`${what} is not supported`);
    this.name = 'NotInSql';
    this.what = spelt(what);
    this.at = at;
  }
}

/** Of syntax the word that it begins with: MakeSeriesOperator is make-series. */
const spelt = (what: string): string => {
  const [, name] = /^([A-Za-z]+)Operator$/.exec(what) ?? [];
  return name === undefined ? what : name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
};
