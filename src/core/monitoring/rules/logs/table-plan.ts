import { replaceValue } from '../../changes.ts';
import { toldOf } from '../../estate/setting.ts';
import { saysAll } from '../query-words.ts';
import type { Rule } from '../rule.ts';

/** LOG006: an alert reads a table of a plan that alerts do not run on. */
export const planOfAlert: Rule = ({ tables, logAlerts }) =>
  tables.flatMap((table) => {
    const [name, plan] = [toldOf(table.name), toldOf(table.plan)];
    if (typeof name !== 'string' || plan === undefined || plan.toLowerCase() === 'analytics' || !/^\w+$/.test(name))
      return [];
    const reader = logAlerts.find(({ query }) => saysAll(query, new RegExp(`\\b${name}\\b`)));
    return reader === undefined
      ? []
      : [
          {
            code: 'LOG006',
            spot: table.plan.at,
            subject: table.address,
            message: `${name} is on the ${plan} plan, and ${reader.address} reads it`,
            changes: replaceValue(table.plan, '"Analytics"'),
            related: [{ spot: reader.query.at, says: 'the alert that reads it' }],
          },
        ];
  });
